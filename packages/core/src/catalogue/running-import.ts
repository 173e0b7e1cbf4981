import { AppError } from '@aigc/shared/errors';
import type { Reason } from '@aigc/shared/reasons';
import type { Actor } from '../actor.ts';
import type { UpstreamDeps } from '../upstreams/upstream-address.ts';
import type { CatalogueFault, Path } from './catalogue-places.ts';
import type { FieldChange } from './differences.ts';
import type { ReadCatalogue } from './read-catalogue.ts';

/**
 * What becomes of one thing of a file. `add`: it is new. `change`: it is overwritten. `keep`: it is different, and stays
 * as it is. `same`: there is nothing to do. `skip`: it cannot be added now, `reason` says why.
 */
export interface CatalogueChange {
  action: 'add' | 'change' | 'keep' | 'same' | 'skip';
  kind: 'provider' | 'model' | 'active';
  name: string;
  /** Empty for what is new. */
  fields: FieldChange[];
  reason: string | null;
}

export interface ImportOptions {
  /** Overwrite what is there already. */
  isReplace: boolean;
  /** Only tell what would change. */
  isDryRun: boolean;
  /** Keys by the name of their environment variable. */
  providerKeys: Readonly<Record<string, string>>;
}

export interface ImportResult {
  /** In the order of the file. With any, nothing is changed. */
  faults: readonly CatalogueFault[];
  changes: CatalogueChange[];
}

/** An import that is going on. */
export interface Import extends ImportOptions {
  deps: UpstreamDeps;
  actor: Actor;
  read: ReadCatalogue;
  result: { faults: CatalogueFault[]; changes: CatalogueChange[] };
}

/** Does one thing of the file; what is wrong with it is noted at its place, and the others go on. */
export async function attempt(
  { deps, result, read }: Import,
  path: Path,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { param } = error.options;
    const field = param === undefined || param === null ? [] : (FIELDS[param] ?? param.split('.'));
    const reason = reasonOf(error);
    result.faults.push(read.places.fault([...path, ...field], { message: error.message, reason }));
  } finally {
    // What the verbs have read before is not what is there now.
    deps.em.clear();
  }
}

/** Every refusal of a verb has a reason; one without would be told in English. */
function reasonOf({ message, options }: AppError): Reason {
  const { code, params } = options.reason ?? { code: 'secret_refused', params: { why: message } };
  return { code: code as Reason['code'], params };
}

/** Where in a file the fields of the API stand that are named otherwise. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  base_url: ['baseUrl'],
  api_key: ['apiKeyEnv'],
  provider_id: ['provider'],
  upstream_model: ['upstreamModel'],
  image_price: ['prices', 'image'],
  audio_second_price: ['prices', 'audioSecond'],
  character_price: ['prices', 'character'],
  model_id: [],
  fallback_ids: ['fallbacks'],
};
