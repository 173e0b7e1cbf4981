import type { EntityManager } from '@mikro-orm/postgresql';

export interface SeedOptions {
  calls: number;
  /** They are spread evenly over this many days, which end now. */
  days: number;
  users: number;
  keysPerUser: number;
  models: number;
  /** Every third call is theirs. */
  heavyUserId: string;
}

/**
 * Fills an installation as if it had been used for long: users with keys, the log, its sums, and the ledger. The same
 * options give the same rows (apart from the time, which ends now).
 */
export async function seedCallLog(em: EntityManager, options: SeedOptions): Promise<void> {
  const { calls, days, users, keysPerUser, models, heavyUserId } = options;
  await em.execute(PARTITIONS, [days]);
  for (const statement of TENANTS.split(/;\n/)) await em.execute(statement, [users]);
  await em.execute(KEYS, [keysPerUser]);
  await em.execute(
    `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
     select m.user_id, p.id, 'heavy hash ' || k, 1, 'sk-aigc-heavy', 'heav', 'Heavy ' || k
     from generate_series(1, ?) k
     join aigcspace.memberships m on m.user_id = ? and m.role = 'owner'
     join aigcspace.projects p on p.organisation_id = m.organisation_id`,
    [keysPerUser, heavyUserId],
  );
  await em.execute(CALLS, [heavyUserId, calls, users, keysPerUser, models, days * 86_400, calls]);
  await em.execute(ROLLUPS);
  await em.execute(LEDGER);
  await em.execute(
    'update aigcspace.accounts a set balance = s.total from (select account_id, sum(amount) as total from aigcspace.ledger_entries group by 1) s where s.account_id = a.id',
  );
  await em.execute(
    'update aigcspace.platform_api_key k set last_used_at = l.at from (select api_key_id, max(created_at) as at from aigcspace.api_call_log group by 1) l where l.api_key_id = k.id',
  );
  // Sums that were kept since long ago are folded by the job; before, they must not be thought folded.
  await em.execute(`update aigcspace.rollup_progress set folded_through = '1970-01-01 00:00:00+00'`);
  for (const table of ['api_call_log', 'call_rollups', 'ledger_entries', 'platform_api_key', 'users']) {
    await em.execute(`vacuum analyze aigcspace.${table}`);
  }
}

const PARTITIONS = `
select aigcspace.ensure_call_log_partitions(now() - ?::int * interval '1 day', 6)`;

const TENANTS = `
insert into aigcspace.users (id, email, name, password_hash, created_at)
  select 'usr_seed_' || u, 'seed' || u || '@example.com', 'Seed ' || u, '-', now() - u * interval '1 minute'
  from generate_series(1, ?) u;
insert into aigcspace.organisations (id, name, kind) select 'org_' || id, name, 'personal' from aigcspace.users where id like 'usr_seed_%';
insert into aigcspace.memberships (organisation_id, user_id, role) select 'org_' || id, id, 'owner' from aigcspace.users where id like 'usr_seed_%';
insert into aigcspace.accounts (id, organisation_id) select 'acc_' || id, 'org_' || id from aigcspace.users where id like 'usr_seed_%';
insert into aigcspace.projects (id, organisation_id, name, is_default) select 'prj_' || id, 'org_' || id, 'Default', true from aigcspace.users where id like 'usr_seed_%'
`;

const KEYS = `
insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
select u.id, 'prj_' || u.id, u.id || ' hash ' || k, 1, 'sk-aigc-seed', 'seed', 'Key ' || k
from aigcspace.users u, generate_series(1, ?) k where u.id like 'usr_seed_%'`;

/** A multiplication that scatters stands for chance, so that two runs agree. Request ids follow time, as real ones do. */
const CALLS = `
with spread as (
  select i, (i * 2654435761) % 4294967296 as h, ?::text as heavy
  from generate_series(1::bigint, ?) i
), owners as (
  select s.i, s.h, s.i % 50 = 7 as is_local, s.h / 7 % 20 = 0 as failed,
    case when s.i % 3 = 0 then s.heavy else 'usr_seed_' || (1 + s.h / 3 % ?) end as user_id,
    (s.h / 11 % ?)::int as nth_key,
    case when s.i % 50 = 7 then 'local-model' else 'model-' || (s.h / 13 % ?) end as model_name
  from spread s
), keys as (
  select k.id, k.user_id, k.project_id, m.organisation_id, row_number() over (partition by k.user_id order by k.id) - 1 as nth
  from aigcspace.platform_api_key k join aigcspace.memberships m on m.user_id = k.user_id and m.role = 'owner'
  where k.api_key like '% hash %'
)
insert into aigcspace.api_call_log (request_id, user_id, organisation_id, project_id, api_key_id, model_id, model_name,
  provider, endpoint, source, is_local, is_stream, input_tokens, output_tokens, cached_tokens, input_price, output_price,
  bill, status, http_status, error_code, error_message, latency_ms, ttft_ms, request_ip, created_at)
select 'req_' || lpad(o.i::text, 26, '0'), o.user_id, k.organisation_id, k.project_id, k.id, null, o.model_name,
  case when o.is_local then null else 'Some provider' end, 'chat/completions', 'api', o.is_local, o.h % 2 = 0,
  o.h % 4000, o.h / 5 % 900, 0, 1, 2,
  case when o.is_local or o.failed then 0 else ((o.h % 4000) + 2 * (o.h / 5 % 900))::numeric / 1000000 end,
  case when o.failed then 'failed' else 'success' end, case when o.failed then 502 else 200 end,
  case when o.failed then 'upstream_timeout' end, case when o.failed then 'The upstream did not answer in time.' end,
  50 + o.h % 9000, case when o.h % 2 = 0 then 20 + o.h % 900 end, '203.0.113.9',
  date_trunc('milliseconds', now() - interval '1 minute') - (? * (1 - o.i / ?::float8)) * interval '1 second'
from owners o join keys k on k.user_id = o.user_id and k.nth = o.nth_key
order by o.i`;

const bucket = (ms: string): string => `ceil(ln(${ms}) / ln(1.1) - 1e-9)::int`;

const ROLLUPS = `
with calls as (
  select date_trunc('hour', created_at, 'UTC') as "hour", user_id, organisation_id, coalesce(api_key_id, 0) as api_key_id,
    model_name, is_local, status = 'failed' as failed, input_tokens, output_tokens, bill, error_code,
    case when status = 'success' then ${bucket('latency_ms')} end as latency,
    case when status = 'success' and ttft_ms is not null then ${bucket('ttft_ms')} end as ttft
  from aigcspace.api_call_log
), sums as (
  select "hour", user_id, organisation_id, api_key_id, model_name, is_local,
    count(*) as calls, count(*) filter (where failed) as failed, sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens, sum(bill) as cost,
    array_agg(latency) as latencies, array_agg(ttft) as ttfts, array_agg(error_code) as codes
  from calls group by 1, 2, 3, 4, 5, 6
)
insert into aigcspace.call_rollups
select "hour", user_id, organisation_id, api_key_id, model_name, is_local, calls, failed, input_tokens, output_tokens, cost,
  coalesce((select jsonb_object_agg(b, n) from (select b, count(*) as n from unnest(latencies) b where b is not null group by b) c), '{}'),
  coalesce((select jsonb_object_agg(b, n) from (select b, count(*) as n from unnest(ttfts) b where b is not null group by b) c), '{}'),
  coalesce((select jsonb_object_agg(b, n) from (select b, count(*) as n from unnest(codes) b where b is not null group by b) c), '{}')
from sums order by "hour"`;

/** A top-up that covers all, then the bills of the calls. */
const LEDGER = `
with billed as (
  select a.id as account_id, l.request_id, l.bill, l.created_at, l.id
  from aigcspace.api_call_log l join aigcspace.accounts a on a.organisation_id = l.organisation_id where l.bill > 0
), entries as (
  select account_id, 'topup' as kind, sum(bill) + 10 as amount, null as request_id, min(created_at) - interval '1 hour' as at, 0 as id
  from billed group by account_id
  union all
  select account_id, 'usage', -bill, request_id, created_at, id from billed
)
insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, request_id, created_at)
select account_id, kind, amount, sum(amount) over (partition by account_id order by at, id), request_id, at
from entries order by at, id`;
