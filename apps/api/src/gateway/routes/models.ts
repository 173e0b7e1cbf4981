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

/** One superset that OpenAI's and Anthropic's clients both read. */
function toWire(entry: ModelEntry) {
  const createdAt = new Date(entry.createdAt);
  const { price } = entry;
  return {
    id: entry.title,
    object: 'model',
    type: 'model',
    created: Math.floor(createdAt.getTime() / 1000),
    created_at: createdAt.toISOString(),
    display_name: entry.title,
    owned_by: entry.isLocal ? 'you' : (entry.provider ?? 'platform'),
    is_local: entry.isLocal,
    context_length: entry.contextLength,
    max_output_tokens: entry.maxOutputTokens,
    modalities: modalitiesOf(entry),
    pricing: price === null || entry.isLocal ? null : pricingOf(price.stored),
  };
}

function mayCall({ key }: Caller, { title }: ModelEntry): boolean {
  return key === null || key.allowedModels === null || key.allowedModels.has(title);
}

function pageLimit(url: string): number {
  const given = new URL(url, 'http://localhost').searchParams.get('limit');
  const limit = given === null ? 1000 : Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new AppError('invalid_field', 'limit must be a whole number from 1 to 1000.', { param: 'limit' });
  }
  return limit;
}

/** https://platform.openai.com/docs/api-reference/models; `{id}` may contain slashes, encoded or not. */
export const models: EndpointRoute = {
  method: 'GET',
  path: 'models',
  reach: 'path_and_below',
  async handle({ deps, identified, rest }) {
    const { reply } = identified;
    const { caller } = await authenticate(deps, identified);
    const callable = deps.snapshot.callableModels(caller.user.id).filter((entry) => mayCall(caller, entry));
    if (rest !== '') {
      const model = callable.find(({ title }) => title === rest);
      if (model === undefined) {
        throw new AppError('model_not_found', 'The model does not exist or is not available to you.', {
          param: 'model',
        });
      }
      reply.json(200, toWire(model));
      return;
    }
    const page = callable.slice(0, pageLimit(reply.req.url ?? '/'));
    reply.json(200, {
      object: 'list',
      data: page.map(toWire),
      has_more: page.length < callable.length,
      first_id: page[0]?.title ?? null,
      last_id: page.at(-1)?.title ?? null,
    });
  },
};
