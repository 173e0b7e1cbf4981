import type { Money } from '@aigc/shared/money';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { BegunCall, CallOutcome } from './call.ts';
import { databaseText } from './database-text.ts';
import { bucketOf } from './histogram.ts';
import { inTurns } from './in-turns.ts';

type Counts = Record<string, number>;

/** What one row of `call_rollups` grows by, under the names of its columns: see `rollupRecords`. */
export interface RollupRow {
  /** Start of the hour, ISO 8601. */
  hour: string;
  user_id: string;
  organisation_id: string;
  /** 0: none. */
  api_key_id: number;
  model_name: string;
  is_local: boolean;
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  cost: Money;
  latency_buckets: Counts;
  ttft_buckets: Counts;
  errors: Counts;
}

export interface SettledCall {
  call: BegunCall;
  outcome: CallOutcome;
}

interface Growing extends Omit<RollupRow, 'cost'> {
  cost: MoneyUnits;
}

/** Sums settled calls into one row per hour, user, key and model, in the order in which every writer locks them. */
export async function sumIntoRows(settled: readonly SettledCall[]): Promise<RollupRow[]> {
  const rows = new Map<string, Growing>();
  await inTurns(settled, ({ call, outcome }) => {
    const row = rowOf(rows, call);
    row.calls += 1;
    row.input_tokens += outcome.usage.inputTokens;
    row.output_tokens += outcome.usage.outputTokens;
    row.cost += toUnits(outcome.bill);
    if (outcome.errorCode !== null) count(row.errors, outcome.errorCode);
    if (outcome.status === 'success') {
      // Percentiles speak of calls that were answered; a refusal in one millisecond would flatter them.
      if (outcome.latencyMs !== null) count(row.latency_buckets, bucketOf(outcome.latencyMs));
      if (outcome.ttftMs !== null) count(row.ttft_buckets, bucketOf(outcome.ttftMs));
    } else {
      row.failed += 1;
    }
  });
  return [...rows.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => ({ ...row, cost: fromUnits(row.cost) }));
}

function rowOf(rows: Map<string, Growing>, call: BegunCall): Growing {
  const hour = `${call.createdAt.slice(0, 'YYYY-MM-DDTHH'.length)}:00:00Z`;
  const modelName = databaseText(call.modelName, 255);
  const apiKeyId = call.apiKeyId ?? 0;
  const key = `${hour} ${call.userId} ${call.organisationId} ${apiKeyId} ${call.isLocal} ${modelName}`;
  const existing = rows.get(key);
  if (existing !== undefined) return existing;
  const row: Growing = {
    hour,
    user_id: call.userId,
    organisation_id: call.organisationId,
    api_key_id: apiKeyId,
    model_name: modelName,
    is_local: call.isLocal,
    calls: 0,
    failed: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost: 0n,
    latency_buckets: {},
    ttft_buckets: {},
    errors: {},
  };
  rows.set(key, row);
  return row;
}

function count(counts: Counts, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
