import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { requireAdmin } from '../require-admin.ts';
import type { UpstreamDeps } from '../upstreams/upstream-address.ts';
import { currentCatalogue } from './current-catalogue.ts';
import { importActive } from './import-active.ts';
import { importModels } from './import-models.ts';
import { importProviders } from './import-providers.ts';
import { CatalogueError, readCatalogue, type ReadCatalogue } from './read-catalogue.ts';
import type { CatalogueChange, Import, ImportOptions, ImportResult } from './running-import.ts';

/** Undoes what a dry run, or an import with faults, has done so far. */
class UndoneError extends Error {
  override readonly name = 'UndoneError';
}

/**
 * Makes what a file says: what is missing is added, and with `isReplace` what is different is overwritten. Nothing is
 * ever removed. All of it or nothing: a dry run does the same and undoes it, so that it finds the same faults.
 */
export async function importCatalogue(
  deps: UpstreamDeps,
  actor: Actor,
  { text, ...options }: ImportOptions & { text: string },
): Promise<ImportResult> {
  requireAdmin(actor);
  let read: ReadCatalogue;
  try {
    read = readCatalogue(text);
  } catch (error) {
    if (error instanceof CatalogueError) return { faults: error.faults, changes: [] };
    throw error;
  }
  const result: Import['result'] = { faults: [], changes: [] };
  try {
    await deps.em.transactional(async (em) => {
      // One after the other, those of processes that start together too.
      await em.execute("select pg_advisory_xact_lock(hashtext('aigc-seed-catalogue'))");
      await run({ ...options, deps: { ...deps, em }, actor, read, result });
      if (options.isDryRun || result.faults.length > 0) throw new UndoneError();
    });
  } catch (error) {
    if (!(error instanceof UndoneError)) throw error;
  }
  result.faults.sort((a, b) => a.line - b.line || a.column - b.column);
  return result;
}

async function run(running: Import): Promise<void> {
  const { deps, actor, isReplace, result } = running;
  const before = await currentCatalogue(deps.em);
  await importProviders(running, before);
  await importModels(running, before);
  await importActive(running, before);
  const done = result.changes.filter(({ action }) => action === 'add' || action === 'change');
  if (done.length === 0) return;
  await recordAudit(deps.em, actor, {
    action: 'catalogue.import',
    targetType: 'catalogue',
    targetId: null,
    after: {
      replace: isReplace,
      added: done.filter(({ action }) => action === 'add').map(nameOf),
      changed: done.filter(({ action }) => action === 'change').map(nameOf),
    },
  });
}

function nameOf({ kind, name }: CatalogueChange): string {
  return `${kind} ${name}`;
}
