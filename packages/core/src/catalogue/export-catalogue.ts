import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { currentCatalogue } from './current-catalogue.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** Providers and models as a file that makes them elsewhere. No secret is in it. */
export async function exportCatalogue(deps: Deps, actor: Actor): Promise<string> {
  requireAdmin(actor);
  return writeCatalogue(await currentCatalogue(deps.em));
}
