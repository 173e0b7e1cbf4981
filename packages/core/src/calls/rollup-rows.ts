import type { Money } from '@aigc/shared/money';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { BegunCall, CallOutcome } from './call.ts';
import { databaseText } from './database-text.ts';
import { bucketOf } from './histogram.ts';

type Counts = Record<string, number>;

/** What one row of `call_rollups` grows by. */
export interface RollupRow {
  /** Start of the hour, ISO 8601. */
  hour: string;
  userId: string;
  organisationId: string;
  /** 0: none. */
  apiKeyId: number;
  modelName: string;
  isLocal: boolean;
  calls: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  cost: Money;
  latencyBuckets: Counts;
  ttftBuckets: Counts;
  errors: Counts;
}

export interface SettledCall {
  call: BegunCall;
  outcome: CallOutcome;
}

interface Growing extends Omit<RollupRow, 'cost'> {
  key: string;
  cost: MoneyUnits;
}

const HOUR_MS = 3_600_000;

/** Sums settled calls into one row per hour, user, key and model, in the order in which every writer locks them. */
export function sumIntoRows(settled: Iterable<SettledCall>): RollupRow[] {
  const rows = new Map<string, Growing>();
  for (const { call, outcome } of settled) {
    const row = rowOf(rows, call);
    row.calls += 1;
    row.inputTokens += outcome.usage.inputTokens;
    row.outputTokens += outcome.usage.outputTokens;
    row.cost += toUnits(outcome.bill);
    if (outcome.errorCode !== null) count(row.errors, outcome.errorCode);
    if (outcome.status === 'success') {
      // Percentiles speak of calls that were answered; a refusal in one millisecond would flatter them.
      if (outcome.latencyMs !== null) count(row.latencyBuckets, String(bucketOf(outcome.latencyMs)));
      if (outcome.ttftMs !== null) count(row.ttftBuckets, String(bucketOf(outcome.ttftMs)));
    } else {
      row.failed += 1;
    }
  }
  return [...rows.values()]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key: _key, cost, ...row }) => ({ ...row, cost: fromUnits(cost) }));
}

function rowOf(rows: Map<string, Growing>, call: BegunCall): Growing {
  const hour = new Date(Math.floor(Date.parse(call.createdAt) / HOUR_MS) * HOUR_MS).toISOString();
  const modelName = databaseText(call.modelName, 255);
  const apiKeyId = call.apiKeyId ?? 0;
  const key = `${hour} ${call.userId} ${call.organisationId} ${apiKeyId} ${call.isLocal} ${modelName}`;
  const existing = rows.get(key);
  if (existing !== undefined) return existing;
  const row: Growing = {
    key,
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
    latencyBuckets: {},
    ttftBuckets: {},
    errors: {},
  };
  rows.set(key, row);
  return row;
}

function count(counts: Counts, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** The rows as one array for each column of `ROLLUP_COLUMNS`, for `unnest`. */
export function rollupArrays(rows: readonly RollupRow[]): unknown[][] {
  return [
    rows.map((row) => row.hour),
    rows.map((row) => row.userId),
    rows.map((row) => row.organisationId),
    rows.map((row) => row.apiKeyId),
    rows.map((row) => row.modelName),
    rows.map((row) => row.isLocal),
    rows.map((row) => row.calls),
    rows.map((row) => row.failed),
    rows.map((row) => row.inputTokens),
    rows.map((row) => row.outputTokens),
    rows.map((row) => row.cost),
    rows.map((row) => JSON.stringify(row.latencyBuckets)),
    rows.map((row) => JSON.stringify(row.ttftBuckets)),
    rows.map((row) => JSON.stringify(row.errors)),
  ];
}
