import { usageOfCall } from './call-plan.ts';
import type { CallResult } from './chaos-client.ts';
import type { ChaosWorld } from './chaos-world.ts';

interface LogRow {
  request_id: string;
  status: string;
  http_status: number;
  is_local: boolean;
  estimated: boolean;
  input_tokens: number;
  output_tokens: number;
  bill: string;
}

/** Whoever has more money than they can spend. */
const RICH_CALLER = 0;
/** Answers that a caller may get while things break: never "your key is wrong", never a stack. */
const ALLOWED_STATUSES = [200, 400, 402, 409, 429, 502, 503, 504];
/** Statuses after which the call stands in the log. */
const LOGGED_STATUSES = [200, 402, 502, 504];

/** What the log says of calls, by request id. */
async function logRows(world: ChaosWorld, results: readonly CallResult[]): Promise<Map<string, LogRow[]>> {
  const ids = results.flatMap(({ requestId }) => requestId ?? []);
  const rows = await world.query<LogRow>(
    `select request_id, status, http_status, is_local, estimated, input_tokens, output_tokens, bill::text
     from aigcspace.api_call_log where request_id in (select jsonb_array_elements_text(?::jsonb))`,
    [JSON.stringify(ids)],
  );
  return Map.groupBy(rows, ({ request_id }) => request_id);
}

/**
 * What of a round's calls contradicts what their clients, their upstream and the log have seen.
 * `hadCrash`: the server was killed, so calls that nobody was answered may have left no trace. `wasStopped`: by
 * an operator.
 */
export async function checkCalls(
  world: ChaosWorld,
  results: readonly CallResult[],
  { hadCrash, wasStopped }: { hadCrash: boolean; wasStopped: boolean },
): Promise<string[]> {
  const rows = await logRows(world, results);
  // A connection that a server has not accepted when it stops is the kernel's to refuse.
  const wasTaken = ({ plan, status }: CallResult): boolean =>
    status !== null || world.upstream.askedFor(plan.index) > 0;
  return [
    ...results
      .filter((result) => !wasStopped || wasTaken(result))
      .flatMap((result) => checkAnswer(result, { hadCrash })),
    ...results.flatMap((result) => checkRow(result, rows.get(result.requestId ?? '') ?? [], { hadCrash })),
    ...checkUpstream(world, results, { hadCrash }),
    ...(await checkReportedTokens(world)),
    ...checkRepeats(results),
  ];
}

function describe({ plan, body, ...seen }: CallResult): string {
  const { index, caller, model, isStream, idempotencyKey, behaviour, leaveAfterMs } = plan;
  const facts = {
    index,
    caller,
    model,
    isStream,
    idempotencyKey,
    leaveAfterMs,
    fault: behaviour.fault?.kind,
  };
  return JSON.stringify({ ...facts, ...seen, body: body.slice(-300) });
}

/** What the client saw, taken by itself. */
function checkAnswer(result: CallResult, { hadCrash }: { hadCrash: boolean }): string[] {
  const { plan, status, ending, isAnswered, body, retryAfter } = result;
  const faults: string[] = [];
  if (status !== null && !ALLOWED_STATUSES.includes(status)) faults.push(`status ${status}`);
  if (status === 503 && retryAfter === null) faults.push('503 without Retry-After');
  if (status === 402 && plan.caller === RICH_CALLER) faults.push('402 for somebody with money');
  if (ending === 'hung') faults.push('a call that neither ended nor broke');
  if (ending === 'broken' && !hadCrash) faults.push('a connection that broke, or an answer without end');
  if (plan.isStream && status === 200 && ending === 'whole' && !isAnswered && !body.includes('"error"')) {
    faults.push('a stream that ends without [DONE] and without an error');
  }
  return faults.map((fault) => `${fault}: ${describe(result)}`);
}

/** Invariants 4 and 7 and, for one call, 8. */
function checkRow(
  result: CallResult,
  rows: readonly LogRow[],
  { hadCrash }: { hadCrash: boolean },
): string[] {
  const { plan, status, requestId, isAnswered } = result;
  const faults: string[] = [];
  const [row] = rows;
  if (rows.length > 1) faults.push('two log rows');
  // A repeat of an Idempotency-Key is no call of its own.
  const isLogged = plan.idempotencyKey === null && status !== null && LOGGED_STATUSES.includes(status);
  const mustBeThere = plan.idempotencyKey === null && (isAnswered || (isLogged && !hadCrash));
  if (requestId !== null && mustBeThere && row === undefined) faults.push('4: no log row');
  if (isAnswered && row !== undefined && plan.idempotencyKey === null) {
    if (row.status !== 'success' || row.http_status !== 200)
      faults.push('an answered call that is logged as failed');
    if (plan.usage !== null && row.estimated) faults.push('8: estimated, although the upstream has reported');
    if (plan.usage === null && !row.estimated) faults.push('not marked as estimated');
  }
  if (row !== undefined && !row.estimated && row.status === 'success') {
    const { promptTokens, completionTokens } = usageOfCall(plan.index);
    if (row.input_tokens !== promptTokens || row.output_tokens !== completionTokens) {
      faults.push(`8: the upstream reported ${promptTokens} + ${completionTokens}`);
    }
  }
  if (row !== undefined && row.is_local !== (plan.model === 'local')) faults.push('the wrong kind of model');
  return faults.map((fault) => `${fault}: ${describe(result)} ${JSON.stringify(rows)}`);
}

/** The upstream is asked once for a call, however it ends, unless another moment may mend it. */
function checkUpstream(
  world: ChaosWorld,
  results: readonly CallResult[],
  { hadCrash }: { hadCrash: boolean },
): string[] {
  return results.flatMap((result) => {
    const asked = world.upstream.askedFor(result.plan.index);
    // After a crash a repeat may have to ask again: nobody has seen the first answer.
    const isAllowed =
      asked <= attemptsOf(result) ||
      (hadCrash && result.plan.idempotencyKey !== null) ||
      isRepeatable(result);
    return isAllowed ? [] : [`the upstream was asked ${asked} times: ${describe(result)}`];
  });
}

/** What breaks the connection of an answer, or of a whole one only. */
const RESETS: ReadonlySet<string> = new Set(['reset_before_headers', 'reset_mid_stream']);
const RESETS_WHOLE: ReadonlySet<string> = new Set(['end_mid_stream', 'error_in_stream']);

/** What may pass in a moment is asked three times: a limit, and a connection that broke before anything was sent on. */
function attemptsOf({ plan: { behaviour, isStream } }: CallResult): number {
  const { fault } = behaviour;
  if (fault === undefined) return 1;
  const isLimit = fault.kind === 'error' && fault.status === 429;
  const isReset = RESETS.has(fault.kind) || (!isStream && RESETS_WHOLE.has(fault.kind));
  return isLimit || isReset ? 3 : 1;
}

/** A repeat of a call that failed asks again. */
function isRepeatable({ plan }: CallResult): boolean {
  return plan.idempotencyKey !== null && plan.behaviour.fault !== undefined;
}

/** Invariant 8 over all calls: no answer of an upstream is billed twice. */
async function checkReportedTokens({ query }: ChaosWorld): Promise<string[]> {
  const rows = await query(
    `select input_tokens, output_tokens, jsonb_agg(request_id) as request_ids from aigcspace.api_call_log
     where not estimated and bill > 0 group by 1, 2 having count(*) > 1`,
  );
  return rows.map((row) => `8: an answer that was billed twice: ${JSON.stringify(row)}`);
}

/** Invariant 9: whoever was answered got the same answer. */
function checkRepeats(results: readonly CallResult[]): string[] {
  const answered = results.filter(({ plan, isAnswered }) => plan.idempotencyKey !== null && isAnswered);
  return [...Map.groupBy(answered, ({ plan }) => plan.idempotencyKey).values()]
    .filter((group) => new Set(group.map(({ body }) => body)).size > 1)
    .map((group) => `9: different answers to one Idempotency-Key: ${group.map(describe).join(' ')}`);
}
