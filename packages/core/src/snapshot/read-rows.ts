import { EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { RunStatement } from '@aigc/db/deadline-connection';
import type { Changes } from './changes.ts';
import type { KeyRow, ModelRow, ProviderRow, RowSet, SettingRow, UserRow } from './rows.ts';

const LIMITS = 'rpm_limit, tpm_limit, concurrency_limit';
const USERS = `
  select id, status, ${LIMITS}, (
    select json_agg(json_build_object('id', o.id, 'provider_id', o.provider_id, 'api_key', o.api_key, 'origin', o.origin))
    from aigcspace.own_provider_keys o where o.user_id = users.id and o.is_used) as own_keys
  from aigcspace.users`;
const PROVIDERS = 'select id, name, dialect, base_url, api_key, status, settings from aigcspace.providers';
/** As decimals, because JSON's numbers are none; null where none is set. */
const EXTRA = `nullif(jsonb_strip_nulls(jsonb_build_object(
  ${EXTRA_PRICES.map((name) => `'${name}', ${name}::text`).join(', ')})), '{}') as extra_prices`;
/** Of a model `m`; null where it has none. */
const ROUTES = `
  (select json_agg(json_build_object('provider_id', u.provider_id, 'upstream_model', u.upstream_model,
     'priority', u.priority, 'weight', u.weight, 'is_enabled', u.is_enabled, 'input_cost', u.input_cost::text,
     'output_cost', u.output_cost::text) order by u.id) from aigcspace.model_upstreams u where u.model_id = m.id) as upstreams,
  (select json_agg(a.alias order by a.alias) from aigcspace.model_aliases a where a.model_id = m.id) as aliases,
  (select json_agg(f.fallback_id order by f.position) from aigcspace.model_fallbacks f where f.model_id = m.id) as fallback_ids`;
const MODELS = `
  select id, title, type, capabilities, is_local, user_id, base_url, local_api_key, provider_id, upstream_model,
    is_api_enabled, context_length, max_output_tokens, input_price::text, output_price::text, ${EXTRA}, created_at, ${LIMITS},
    strategy, upstream_priority, upstream_weight, is_upstream_enabled, upstream_input_cost::text,
    upstream_output_cost::text, ${ROUTES}
  from aigcspace.models m`;
const KEYS = `
  select k.id, k.status, k.user_id, k.project_id, p.organisation_id, a.id as account_id, k.api_key,
    k.previous_api_key, (extract(epoch from k.previous_valid_until) * 1000)::float8 as previous_valid_until_ms,
    (extract(epoch from k.expires_at) * 1000)::float8 as expires_at_ms, k.allowed_models, k.allowed_ips,
    k.rpm_limit, k.tpm_limit, k.concurrency_limit, k.budget::text, k.budget_period,
    k.strict_parameters
  from aigcspace.platform_api_key k
  join aigcspace.projects p on p.id = k.project_id
  join aigcspace.accounts a on a.organisation_id = p.organisation_id
  where k.kind = 'model'`;
const SETTINGS = `
  select key, value from aigcspace.settings where key in ('active_language_model_id', 'active_vision_model_id', 'body_logging')`;

/** Rows read at a time, so that no other work of the process waits long for them. */
const PAGE_ROWS = 5_000;
const PAGE_DEADLINE_MS = 30_000;

/** Reads everything, page by page. Call it in a transaction that sees one moment. */
export async function readAll(run: RunStatement, onPage: (rows: Partial<RowSet>) => void): Promise<void> {
  const whole = <Row extends object>(text: string) => run<Row>({ text, deadlineMs: PAGE_DEADLINE_MS });
  onPage({ settings: await whole<SettingRow>(SETTINGS), providers: await whole<ProviderRow>(PROVIDERS) });
  for (let after = '', isLast = false; !isLast;) {
    const users = await page<UserRow>(run, `${USERS} where id > $1 order by id`, after);
    onPage({ users });
    after = users.at(-1)?.id ?? after;
    isLast = users.length < PAGE_ROWS;
  }
  for (let after = 0, isLast = false; !isLast;) {
    const models = await page<ModelRow>(run, `${MODELS} where id > $1 order by id`, after);
    onPage({ models });
    after = models.at(-1)?.id ?? after;
    isLast = models.length < PAGE_ROWS;
  }
  for (let after = 0, isLast = false; !isLast;) {
    const keys = await page<KeyRow>(run, `${KEYS} and k.id > $1 order by k.id`, after);
    onPage({ keys });
    after = keys.at(-1)?.id ?? after;
    isLast = keys.length < PAGE_ROWS;
  }
}

function page<Row extends object>(run: RunStatement, text: string, after: string | number): Promise<Row[]> {
  return run<Row>({
    text: `${text} limit ${PAGE_ROWS}`,
    values: [after],
    deadlineMs: PAGE_DEADLINE_MS,
  });
}

/** Reads again what changed, with what is kept inside it: a user's keys, a provider's models. */
export async function readChanged(run: RunStatement, changes: Changes): Promise<RowSet> {
  const { users, providers, models, keys, organisations, settings } = changes;
  const read = async <Row extends object>(text: string, ...values: unknown[][]): Promise<Row[]> =>
    values.every((list) => list.length === 0) ? [] : run<Row>({ text, values, deadlineMs: PAGE_DEADLINE_MS });
  return {
    users: await read<UserRow>(`${USERS} where id = any($1)`, [...users]),
    providers: await read<ProviderRow>(`${PROVIDERS} where id = any($1::int[])`, [...providers]),
    models: await read<ModelRow>(
      `${MODELS} where m.id = any($1::int[]) or m.provider_id = any($2::int[])
         or m.id in (select u.model_id from aigcspace.model_upstreams u where u.provider_id = any($2::int[]))`,
      [...models],
      [...providers],
    ),
    keys: await read<KeyRow>(
      `${KEYS} and (k.id = any($1::int[]) or k.user_id = any($2) or p.organisation_id = any($3))`,
      [...keys],
      [...users],
      [...organisations],
    ),
    settings: await read<SettingRow>(`${SETTINGS} and key = any($1)`, [...settings]),
  };
}
