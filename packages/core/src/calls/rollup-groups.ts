import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { Settlement } from './call-books.ts';
import { databaseText } from './database-text.ts';
import { bucketOf } from './histogram.ts';

type Counts = Record<string, number>;

interface Group {
  hour: string;
  userId: string;
  organisationId: string;
  apiKeyId: number;
  modelName: string;
  isLocal: boolean;
  calls: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  cost: MoneyUnits;
  latency: Counts;
  ttft: Counts;
  errors: Counts;
}

/** Column expression that adds counters of a jsonb object to those there are. */
function countsInto(column: string): string {
  return `case when excluded.${column} = '{}'::jsonb then r.${column} else
    r.${column} || (select jsonb_object_agg(key, coalesce((r.${column} ->> key)::int, 0) + value::int)
      from jsonb_each_text(excluded.${column})) end`;
}

/** Adds groups of calls, given as a JSON array, to the sums of their hours. In the order given, in which it locks. */
export const ADD_ROLLUPS = {
  name: 'rollups-add',
  text: `insert into aigcspace.call_rollups as r (hour, user_id, organisation_id, api_key_id, model_name, is_local,
      calls, failed, input_tokens, output_tokens, cost, latency_buckets, ttft_buckets, errors)
    select t.h, t.u, t.o, t.k, t.m, t.l, t.c, t.f, t.i, t.t, t.b, t.lb, t.tb, t.e
    from json_to_recordset($1::json) as t(h timestamptz, u text, o text, k int, m text, l bool,
      c int, f int, i bigint, t bigint, b numeric, lb jsonb, tb jsonb, e jsonb)
    on conflict (hour, user_id, organisation_id, api_key_id, model_name, is_local) do update set
      calls = r.calls + excluded.calls,
      failed = r.failed + excluded.failed,
      input_tokens = r.input_tokens + excluded.input_tokens,
      output_tokens = r.output_tokens + excluded.output_tokens,
      cost = r.cost + excluded.cost,
      latency_buckets = ${countsInto('latency_buckets')},
      ttft_buckets = ${countsInto('ttft_buckets')},
      errors = ${countsInto('errors')}`,
};

const MAX_NAME = 255;

/** The sums of calls by hour, user, organisation, key, model and kind, as the parameter of `ADD_ROLLUPS`. */
export function rollupGroups(settlements: readonly Settlement[]): string {
  const groups = new Map<string, Group>();
  for (const settlement of settlements) add(groupOf(groups, settlement), settlement);
  // Every writer locks in the same order.
  return JSON.stringify(
    [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => row(group)),
  );
}

function groupOf(groups: Map<string, Group>, { call }: Settlement): Group {
  const hour = `${call.createdAt.slice(0, 13)}:00:00Z`;
  // A key that has gone keeps its sums: they have no foreign key.
  const apiKeyId = call.apiKeyId ?? 0;
  const modelName = databaseText(call.modelName, MAX_NAME);
  const name = `${hour}\0${call.userId}\0${call.organisationId}\0${apiKeyId}\0${modelName}\0${call.isLocal}`;
  let group = groups.get(name);
  if (group === undefined) {
    group = {
      hour,
      userId: call.userId,
      organisationId: call.organisationId,
      apiKeyId,
      modelName,
      isLocal: call.isLocal,
      calls: 0,
      failed: 0,
      inputTokens: 0,
      outputTokens: 0,
      cost: 0n,
      latency: {},
      ttft: {},
      errors: {},
    };
    groups.set(name, group);
  }
  return group;
}

function add(group: Group, { outcome }: Settlement): void {
  group.calls += 1;
  group.inputTokens += outcome.usage.inputTokens;
  group.outputTokens += outcome.usage.outputTokens;
  group.cost += toUnits(outcome.bill);
  if (outcome.errorCode !== null) count(group.errors, outcome.errorCode);
  if (outcome.status !== 'success') {
    group.failed += 1;
    return;
  }
  // Percentiles speak of calls that were answered; a refusal in one millisecond would flatter them.
  if (outcome.latencyMs !== null) count(group.latency, bucketOf(outcome.latencyMs));
  if (outcome.ttftMs !== null) count(group.ttft, bucketOf(outcome.ttftMs));
}

function count(counts: Counts, name: string | number): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function row(group: Group): Record<string, unknown> {
  return {
    h: group.hour,
    u: group.userId,
    o: group.organisationId,
    k: group.apiKeyId,
    m: group.modelName,
    l: group.isLocal,
    c: group.calls,
    f: group.failed,
    i: group.inputTokens,
    t: group.outputTokens,
    b: fromUnits(group.cost),
    lb: group.latency,
    tb: group.ttft,
    e: group.errors,
  };
}
