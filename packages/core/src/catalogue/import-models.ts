import type { AppError } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';
import { Provider } from '@aigc/db/entities/provider';
import { createModel } from '../models/create-model.ts';
import { updateModel } from '../models/update-model.ts';
import type { CatalogueModel } from './catalogue-schema.ts';
import type { CurrentCatalogue, FullModel } from './current-catalogue.ts';
import { comparable, comparableCurrent, differences } from './differences.ts';
import { attempt, type Import } from './running-import.ts';
import { importRouting, isRouting, type RoutedModel } from './import-routing.ts';

/** A model that was made or changed, for what can be said of it only when all are there. */
interface Pending extends RoutedModel {
  index: number;
}

/** Adds the models of a file that are missing, and overwrites the others if that is asked for. */
export async function importModels(running: Import, before: CurrentCatalogue): Promise<void> {
  const pending: Pending[] = [];
  for (const [index, wanted] of (running.read.catalogue.models ?? []).entries()) {
    await attempt(running, ['models', index], async () => {
      const known = before.models.get(wanted.title);
      const id =
        known === undefined
          ? await addModel(running, wanted)
          : await changeModel(running, { id: known.row.id, entry: known.entry }, wanted);
      if (id !== null) pending.push({ index, id, wanted, before: known?.entry ?? null });
    });
  }
  for (const { index, ...model } of pending) {
    await attempt(running, ['models', index], () => importRouting(running, model));
  }
}

/** Null: it was not added. */
async function addModel(running: Import, wanted: CatalogueModel): Promise<number | null> {
  const { deps, actor, result } = running;
  const isSkipped = result.changes.some(
    ({ action, kind, name }) => action === 'skip' && kind === 'provider' && name === wanted.provider,
  );
  if (isSkipped) {
    const reason = 'Its provider is not there yet.';
    result.changes.push({ action: 'skip', kind: 'model', name: wanted.title, fields: [], reason });
    return null;
  }
  const provider = await deps.em.findOne(Provider, { name: wanted.provider });
  if (provider === null) throw noProvider(wanted.provider);
  const { id } = await createModel(deps, actor, {
    title: wanted.title,
    provider_id: provider.id,
    description: '',
    type: 'language',
    capabilities: [],
    is_api_enabled: false,
    ...fieldsOf(wanted),
  });
  result.changes.push({ action: 'add', kind: 'model', name: wanted.title, fields: [], reason: null });
  return id;
}

export function noProvider(name: string, param = 'provider_id'): AppError {
  return refusal('no_provider_named', { name }, { param });
}

/** Null: there is nothing more to do. */
async function changeModel(
  running: Import,
  { id, entry }: { id: number; entry: FullModel },
  wanted: CatalogueModel,
): Promise<number | null> {
  const { deps, actor, isReplace, result } = running;
  const fields = differences(comparableCurrent(entry), comparable(wanted, entry));
  const action = fields.length === 0 ? 'same' : isReplace ? 'change' : 'keep';
  if (action === 'change' && fields.some(({ field }) => !isRouting(field))) {
    await updateModel(deps, actor, { id, ...fieldsOf(wanted) });
  }
  result.changes.push({ action, kind: 'model', name: wanted.title, fields, reason: null });
  return action === 'change' && fields.some(({ field }) => isRouting(field)) ? id : null;
}

/** What a file says of a model, in the words of the API; what it leaves out is left out. */
function fieldsOf({ prices = {}, limits = {}, ...model }: CatalogueModel) {
  return defined({
    upstream_model: model.upstreamModel,
    description: model.description,
    type: model.type,
    capabilities: model.capabilities,
    context_length: model.contextLength,
    max_output_tokens: model.maxOutputTokens,
    is_api_enabled: model.enabled,
    input_price: prices.input,
    output_price: prices.output,
    cached_input_price: prices.cachedInput,
    cache_write_price: prices.cacheWrite,
    cache_write_hour_price: prices.cacheWriteHour,
    audio_input_price: prices.audioInput,
    audio_output_price: prices.audioOutput,
    image_price: prices.image,
    call_price: prices.call,
    audio_second_price: prices.audioSecond,
    duration_price: prices.duration,
    character_price: prices.character,
    rpm_limit: limits.requestsPerMinute,
    tpm_limit: limits.tokensPerMinute,
    concurrency_limit: limits.concurrency,
  });
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
