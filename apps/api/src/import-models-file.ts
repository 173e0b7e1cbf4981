import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { SYSTEM_ACTOR } from '@aigc/core/actor';
import type { CatalogueFault } from '@aigc/core/catalogue/catalogue-places';
import { importCatalogue } from '@aigc/core/catalogue/import-catalogue';
import type { CatalogueChange } from '@aigc/core/catalogue/running-import';
import type { UpstreamDeps } from '@aigc/core/upstreams/upstream-address';
import type { Env } from './env.ts';
import type { Log } from './log.ts';

/** The file of providers and models cannot be used. The message says what to mend, with line and column. */
export class ModelsFileError extends Error {
  override readonly name = 'ModelsFileError';
}

/** Reads a file of providers and models. @throws ModelsFileError */
export async function readModelsFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new ModelsFileError(`${shown(path)} cannot be read (${reason}).`, { cause });
  }
}

/** Faults as lines `file:line:column: message`, as editors and terminals know them. */
export function describeFaults(path: string, faults: readonly CatalogueFault[]): string {
  return faults.map(({ line, column, message }) => `${shown(path)}:${line}:${column}: ${message}`).join('\n');
}

function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}

/**
 * Adds the providers and models of the configured file that are missing. What is there stays as it is: that was made
 * or changed in the panel. @throws ModelsFileError
 */
export async function importModelsFile(
  deps: UpstreamDeps,
  { env, log }: { env: Pick<Env, 'modelsFile' | 'providerKeys'>; log: Log },
): Promise<void> {
  const { path, isRequired } = env.modelsFile;
  let text: string;
  try {
    text = await readModelsFile(path);
  } catch (error) {
    if (!isRequired && error instanceof ModelsFileError && isMissing(error.cause)) return;
    throw error;
  }
  const { faults, changes } = await importCatalogue(deps, SYSTEM_ACTOR, {
    text,
    isReplace: false,
    isDryRun: false,
    providerKeys: env.providerKeys,
  });
  if (faults.length > 0) throw new ModelsFileError(describeFaults(path, faults));
  report(changes, { path: shown(path), log });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function report(changes: readonly CatalogueChange[], { path, log }: { path: string; log: Log }): void {
  const namesOf = (kind: CatalogueChange['kind'], action: CatalogueChange['action']) =>
    changes.filter((change) => change.kind === kind && change.action === action).map(({ name }) => name);
  const [providers, models] = [namesOf('provider', 'add'), namesOf('model', 'add')];
  if (providers.length + models.length > 0) log.info({ path, providers, models }, 'A file added models.');
  for (const { name, reason } of changes.filter(
    ({ action, kind }) => action === 'skip' && kind === 'provider',
  )) {
    log.warn({ path, provider: name }, `A provider of a file was left out. ${reason ?? ''}`);
  }
}
