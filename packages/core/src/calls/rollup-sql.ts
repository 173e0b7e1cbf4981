/**
 * SQL of the sums that stats are read from. `call_rollups` has them by hour, user, key and model and is written with
 * the calls themselves. `rollup_folds` has those of hours before `rollup_progress.folded_through` once more, in the
 * grains below, which are fewer rows; a job moves that mark on, and who enters a call of an hour before it adds to both.
 *
 * For that, a transaction that adds to the sums begins with `LOCK_ROLLUPS`, whose shared lock the job waits for.
 */

const COLUMNS = `"hour", user_id, organisation_id, api_key_id, model_name, is_local,
  calls, failed, input_tokens, output_tokens, cost, latency_buckets, ttft_buckets, errors`;

/** A source of rows: the JSON array of `RollupRow` that stands for `parameter`. */
export function rollupRecords(parameter: string): string {
  return `json_to_recordset(${parameter}::json) as i("hour" timestamptz, user_id text, organisation_id text,
    api_key_id int, model_name text, is_local boolean, calls int, failed int, input_tokens bigint, output_tokens bigint,
    cost numeric, latency_buckets jsonb, ttft_buckets jsonb, errors jsonb)`;
}

/** "RLUP". */
const LOCK_KEY = 0x52_4c_55_50;

/** The first statement of a transaction that adds to the sums: what it holds is let go at its end. */
export const LOCK_ROLLUPS = `select pg_advisory_xact_lock_shared(${LOCK_KEY})`;

/** Waits until nobody is adding to the sums, and keeps everybody from it until the transaction's end. */
export const LOCK_ROLLUPS_ALONE = `select pg_advisory_xact_lock(${LOCK_KEY})`;

export const FOLDED_THROUGH = '(select p.folded_through from aigcspace.rollup_progress p)';

/** `source`: rows named `i`, each key once, in the order in which to lock them. */
export function addRollupsSql(source: string): string {
  return `insert into aigcspace.call_rollups as r (${COLUMNS})
    select ${COLUMNS} from ${source}
    on conflict ("hour", user_id, organisation_id, api_key_id, model_name, is_local) do update set ${ADD_UP}`;
}

/** Adds `source`, rows named `i`, all of hours before `folded_through`, to the folded sums. */
export function addFoldsSql(source: string): string {
  return `with s as materialized (
      select g.*, i.is_local, i.calls, i.failed, i.input_tokens, i.output_tokens, i.cost,
        i.latency_buckets, i.ttft_buckets, i.errors
      from ${source} cross join lateral (values ${GRAINS})
        g (grain, starts_at, user_id, organisation_id, api_key_id, model_name)
    ), counted as (
      select ${FOLD_KEY}, kind, bucket, sum(count::int)::int as count
      from s cross join lateral (
        select 'latency' as kind, key as bucket, value as count from jsonb_each_text(s.latency_buckets)
        union all select 'ttft', key, value from jsonb_each_text(s.ttft_buckets)
        union all select 'error', key, value from jsonb_each_text(s.errors)
      ) c where s.grain <> 'day_key' group by ${FOLD_KEY}, kind, bucket
    ), counts as (
      select ${FOLD_KEY},
        jsonb_object_agg(bucket, count) filter (where kind = 'latency') as latency_buckets,
        jsonb_object_agg(bucket, count) filter (where kind = 'ttft') as ttft_buckets,
        jsonb_object_agg(bucket, count) filter (where kind = 'error') as errors
      from counted group by ${FOLD_KEY}
    ), sums as (
      select ${FOLD_KEY}, sum(calls) as calls, sum(failed) as failed, sum(input_tokens) as input_tokens,
        sum(output_tokens) as output_tokens, sum(cost) as cost
      from s group by ${FOLD_KEY}
    )
    insert into aigcspace.rollup_folds as r (${FOLD_KEY}, calls, failed, input_tokens, output_tokens, cost,
      latency_buckets, ttft_buckets, errors)
    select ${FOLD_KEY}, calls, failed, input_tokens, output_tokens, cost,
      coalesce(latency_buckets, '{}'), coalesce(ttft_buckets, '{}'), coalesce(errors, '{}')
    from sums left join counts using (${FOLD_KEY})
    order by ${FOLD_KEY}
    on conflict (${FOLD_KEY}) do update set ${ADD_UP}`;
}

const FOLD_KEY = 'grain, starts_at, user_id, organisation_id, api_key_id, model_name, is_local';

const DAY = `date_trunc('day', i."hour", 'UTC')`;

/** The grains: what is summed up into one row. Some in fewer rows than anybody filters by, for
 * totals and percentiles. */
const GRAINS = `
  ('hour', i."hour", '', '', 0, ''),
  ('hour_model', i."hour", '', '', 0, i.model_name),
  ('hour_user', i."hour", i.user_id, i.organisation_id, 0, ''),
  ('day', ${DAY}, '', '', 0, ''),
  ('day_model', ${DAY}, '', '', 0, i.model_name),
  ('day_user', ${DAY}, i.user_id, i.organisation_id, 0, ''),
  ('day_key', ${DAY}, i.user_id, i.organisation_id, i.api_key_id, ''),
  ('day_call', ${DAY}, i.user_id, i.organisation_id, i.api_key_id, i.model_name)`;

/** What happens to a row `r` that exists. */
const ADD_UP = `
  calls = r.calls + excluded.calls,
  failed = r.failed + excluded.failed,
  input_tokens = r.input_tokens + excluded.input_tokens,
  output_tokens = r.output_tokens + excluded.output_tokens,
  cost = r.cost + excluded.cost,
  latency_buckets = ${countInto('latency_buckets')},
  ttft_buckets = ${countInto('ttft_buckets')},
  errors = ${countInto('errors')}`;

/** Adds the counters of a jsonb object to those that are there. Its keys alone come row by row: that is cheaper than pairs. */
function countInto(column: string): string {
  return `case when excluded.${column} = '{}'::jsonb then r.${column} else
    r.${column} || (select jsonb_object_agg(key, coalesce((r.${column} ->> key)::int, 0) + (excluded.${column} ->> key)::int)
      from (select jsonb_object_keys(excluded.${column}) as key) k) end`;
}
