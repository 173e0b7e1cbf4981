import { Provider as ProviderRow } from '@aigc/db/entities/provider';
import type { Provider } from '@aigc/shared/schemas/providers';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { countModels } from './count-models.ts';
import { toProvider } from './provider-view.ts';

/** Every provider, by name. */
export async function listProviders(deps: Deps, actor: Actor): Promise<Provider[]> {
  requireAdmin(actor);
  const rows = await deps.em.findAll(ProviderRow, { orderBy: { name: 'asc' } });
  const counts = await countModels(deps.em);
  return rows.map((row) => toProvider(row, counts.get(row.id) ?? 0));
}
