import type { EntityManager } from '@aigc/db/orm';
import { trimMoney, type Money } from '@aigc/shared/money';
import type { ModelType } from '@aigc/shared/schemas/models';
import { AppError } from '@aigc/shared/errors';
import { authenticate } from '../pipeline/authenticate.ts';
import { respondJson } from '../respond.ts';
import type { EndpointRoute } from './endpoint.ts';

interface CallableRow {
  title: string;
  type: ModelType;
  capabilities: string[];
  is_local: boolean;
  provider: string | null;
  context_length: number | null;
  max_output_tokens: number | null;
  input_price: Money | null;
  output_price: Money | null;
  created_at: string | Date;
}

/** What this caller may call, by title; a local model hides the cloud model of the same title. */
async function callable(em: EntityManager, userId: string): Promise<CallableRow[]> {
  return em.execute<CallableRow[]>(
    `select distinct on (m.title) m.title, m.type, m.capabilities, m.is_local, p.name as provider, m.context_length,
       m.max_output_tokens, m.input_price::text, m.output_price::text, m.created_at
     from aigcspace.models m left join aigcspace.providers p on p.id = m.provider_id
     where m.is_api_enabled and ((m.is_local and m.user_id = ?)
       or (not m.is_local and p.status = 'enabled' and m.input_price is not null and m.output_price is not null))
     order by m.title, m.is_local desc`,
    [userId],
  );
}

/** One superset that OpenAI's and Anthropic's clients both read. */
function toWire(row: CallableRow) {
  const createdAt = new Date(row.created_at);
  const isPriced = row.input_price !== null && row.output_price !== null;
  return {
    id: row.title,
    object: 'model',
    type: 'model',
    created: Math.floor(createdAt.getTime() / 1000),
    created_at: createdAt.toISOString(),
    display_name: row.title,
    owned_by: row.is_local ? 'you' : (row.provider ?? 'platform'),
    is_local: row.is_local,
    context_length: row.context_length,
    max_output_tokens: row.max_output_tokens,
    modalities: {
      input: row.type === 'vision' || row.capabilities.includes('vision') ? ['text', 'image'] : ['text'],
      output: row.type === 'embedding' ? ['embedding'] : ['text'],
    },
    // Per million tokens, in the platform's currency; null for local models, which cost nothing.
    pricing:
      isPriced && !row.is_local && row.input_price !== null && row.output_price !== null
        ? { input: trimMoney(row.input_price), output: trimMoney(row.output_price) }
        : null,
  };
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
  hasRest: true,
  async handle({ deps, em, http, identified, rest }) {
    const { caller } = await authenticate(deps, em, { req: http.req, identified });
    const rows = (await callable(em, caller.userId)).map(toWire);
    if (rest !== '') {
      const model = rows.find(({ id }) => id === rest);
      if (model === undefined) {
        throw new AppError('model_not_found', 'The model does not exist or is not available to you.', {
          param: 'model',
        });
      }
      respondJson(http, 200, JSON.stringify(model));
      return;
    }
    const page = rows.slice(0, pageLimit(http.req.url ?? '/'));
    const body = {
      object: 'list',
      data: page,
      has_more: page.length < rows.length,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
    respondJson(http, 200, JSON.stringify(body));
  },
};
