import type { EntityManager } from '@mikro-orm/postgresql';
import type { BegunCall, CallOutcome } from './call.ts';
import { databaseText } from './database-text.ts';
import { bucketOf } from './histogram.ts';

/** Column expression that adds one to a counter inside a jsonb object. */
function countInto(column: string): string {
  return `case when excluded.${column} = '{}'::jsonb then r.${column} else
    r.${column} || (select jsonb_object_agg(key, coalesce((r.${column} ->> key)::int, 0) + value::int)
      from jsonb_each_text(excluded.${column})) end`;
}

/** Adds a settled call to the sums of its hour. */
export async function addToRollup(tx: EntityManager, call: BegunCall, outcome: CallOutcome): Promise<void> {
  const bucket = (ms: number | null) => JSON.stringify(ms === null ? {} : { [bucketOf(ms)]: 1 });
  const answered = outcome.status === 'success';
  await tx.execute(
    `insert into aigcspace.call_rollups as r (hour, user_id, organisation_id, api_key_id, model_name, is_local,
       calls, failed, input_tokens, output_tokens, cost, latency_buckets, ttft_buckets, errors)
     values (date_trunc('hour', ?::timestamptz, 'UTC'), ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb)
     on conflict (hour, user_id, organisation_id, api_key_id, model_name, is_local) do update set
       calls = r.calls + 1,
       failed = r.failed + excluded.failed,
       input_tokens = r.input_tokens + excluded.input_tokens,
       output_tokens = r.output_tokens + excluded.output_tokens,
       cost = r.cost + excluded.cost,
       latency_buckets = ${countInto('latency_buckets')},
       ttft_buckets = ${countInto('ttft_buckets')},
       errors = ${countInto('errors')}`,
    [
      call.createdAt,
      call.userId,
      call.organisationId,
      call.apiKeyId ?? 0,
      databaseText(call.modelName, 255),
      call.isLocal,
      answered ? 0 : 1,
      outcome.usage.inputTokens,
      outcome.usage.outputTokens,
      outcome.bill,
      // Percentiles speak of calls that were answered; a refusal in one millisecond would flatter them.
      bucket(answered ? outcome.latencyMs : null),
      bucket(answered ? outcome.ttftMs : null),
      JSON.stringify(outcome.errorCode === null ? {} : { [outcome.errorCode]: 1 }),
    ],
  );
}
