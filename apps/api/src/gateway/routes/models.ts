import type { PriceSnapshot } from '@aigc/core/calls/call';
import type { ModelEntry } from '@aigc/core/snapshot/snapshot';
import { AppError } from '@aigc/shared/errors';
import { trimMoney } from '@aigc/shared/money';
import type { ModelType } from '@aigc/shared/schemas/models';
import { authenticate } from '../pipeline/authenticate.ts';
import type { Caller } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';

const OUTPUTS: Partial<Record<ModelType, string>> = {
  embedding: 'embedding',
  image: 'image',
  speech: 'audio',
  rerank: 'score',
};

function modalitiesOf({ type, capabilities }: ModelEntry) {
  const hears = capabilities.includes('audio');
  const input = type === 'transcription' ? ['audio'] : ['text'];
  if (type === 'vision' || capabilities.includes('vision')) input.push('image');
  if (hears) input.push('audio');
  const output = [OUTPUTS[type] ?? 'text'];
  if (hears) output.push('audio');
  return { input, output };
}

/**
 * In the platform's currency: tokens and characters per million, the rest per image, call and second. Null stands for
 * local models, which cost nothing.
 */
function pricingOf({ inputPrice, outputPrice, extras = {} }: PriceSnapshot): Record<string, string> {
  const others = Object.entries(extras).map(([name, price]) => [
    name.replace(/_price$/, ''),
    trimMoney(price),
  ]);
  return { input: trimMoney(inputPrice), output: trimMoney(outputPrice), ...Object.fromEntries(others) };
}

/** A model under one of the names that programs may call it by. */
interface NamedModel {
  name: string;
  entry: ModelEntry;
}

/** All names: programs choose from the list, and some show those alone that begin in a certain way. */
function namesOf(entries: readonly ModelEntry[]): NamedModel[] {
  const titles = new Set(entries.map(({ title }) => title));
  return entries.flatMap((entry) => [
    { name: entry.title, entry },
    // A title comes before an alias, as in calls.
    ...entry.aliases.filter((alias) => !titles.has(alias)).map((alias) => ({ name: alias, entry })),
  ]);
}

/** One superset that OpenAI's and Anthropic's clients both read. */
function toWire({ name, entry }: NamedModel) {
  const createdAt = new Date(entry.createdAt);
  const { price } = entry;
  return {
    id: name,
    object: 'model',
    type: 'model',
    created: Math.floor(createdAt.getTime() / 1000),
    created_at: createdAt.toISOString(),
    display_name: name,
    ...(name === entry.title ? {} : { alias_of: entry.title }),
    owned_by: entry.isLocal ? 'you' : (entry.provider ?? 'platform'),
    is_local: entry.isLocal,
    context_length: entry.contextLength,
    max_output_tokens: entry.maxOutputTokens,
    // The same two in Anthropic's words.
    max_input_tokens: entry.contextLength,
    max_tokens: entry.maxOutputTokens,
    modalities: modalitiesOf(entry),
    pricing: price === null || entry.isLocal ? null : pricingOf(price.stored),
  };
}

function mayCall({ key }: Caller, { title }: ModelEntry): boolean {
  return key === null || key.allowedModels === null || key.allowedModels.has(title);
}

interface Page {
  entries: NamedModel[];
  hasMore: boolean;
}

/** The part of the list that is asked for: `limit`, and `after_id` or `before_id` as Anthropic's clients turn pages. */
function pageOf(entries: NamedModel[], url: string): Page {
  const query = new URL(url, 'http://localhost').searchParams;
  const limit = limitOf(query);
  const before = placeOf(entries, query, 'before_id');
  if (before !== null) {
    const start = Math.max(0, before - limit);
    return { entries: entries.slice(start, before), hasMore: start > 0 };
  }
  const start = (placeOf(entries, query, 'after_id') ?? -1) + 1;
  return { entries: entries.slice(start, start + limit), hasMore: start + limit < entries.length };
}

function limitOf(query: URLSearchParams): number {
  const given = query.get('limit');
  const limit = given === null ? 1000 : Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new AppError('invalid_field', 'limit must be a whole number from 1 to 1000.', { param: 'limit' });
  }
  return limit;
}

/** Null: the page does not begin or end at a model. */
function placeOf(entries: NamedModel[], query: URLSearchParams, param: string): number | null {
  const id = query.get(param);
  if (id === null || id === '') return null;
  const place = entries.findIndex(({ name }) => name === id);
  if (place === -1) throw new AppError('invalid_field', `${param} names no model of this list.`, { param });
  return place;
}

/** https://platform.openai.com/docs/api-reference/models; `{id}` may contain slashes, encoded or not. */
export const models: EndpointRoute = {
  method: 'GET',
  path: 'models',
  reach: 'path_and_below',
  async handle({ deps, identified, rest }) {
    const { reply } = identified;
    const { caller } = await authenticate(deps, identified);
    const allowed = deps.snapshot.callableModels(caller.user.id).filter((entry) => mayCall(caller, entry));
    const callable = namesOf(allowed);
    if (rest !== '') {
      const model = callable.find(({ name }) => name === rest);
      if (model === undefined) {
        throw new AppError('model_not_found', 'The model does not exist or is not available to you.', {
          param: 'model',
        });
      }
      reply.json(200, toWire(model));
      return;
    }
    const { entries, hasMore } = pageOf(callable, reply.req.url ?? '/');
    reply.json(200, {
      object: 'list',
      data: entries.map(toWire),
      has_more: hasMore,
      first_id: entries[0]?.name ?? null,
      last_id: entries.at(-1)?.name ?? null,
    });
  },
};
