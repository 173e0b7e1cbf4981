import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { exportCallLogs } from '@aigc/core/logs/list-call-logs';
import { AppError } from '@aigc/shared/errors';
import {
  callLogFilterSchema,
  usageDetailsSchema,
  type CallLog,
  type CallUsageDetails,
} from '@aigc/shared/schemas/logs';
import { timeZoneSchema } from '@aigc/shared/schemas/stats';
import type { Container } from '../container.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRequestContext } from '../trpc/context.ts';
import type { Exchange } from './call-procedure.ts';
import { csvLine, UTF8_BOM } from './csv.ts';
import { readTextInput } from './read-text-input.ts';

export const CSV_PATH = '/api/platform/call-logs.csv';

/** The filters of the call log, and the zone that times are written in. */
export const csvQuerySchema = callLogFilterSchema.extend({ time_zone: timeZoneSchema.default('UTC') });

const COLUMNS: readonly [Exclude<keyof CallLog, 'usage_details'>, string][] = [
  ['created_at', 'time'],
  ['request_id', 'request_id'],
  ['status', 'status'],
  ['http_status', 'http_status'],
  ['model_name', 'model'],
  ['is_local', 'local'],
  ['is_own_key', 'own_key'],
  ['provider', 'provider'],
  ['api_key_name', 'api_key'],
  ['user_email', 'user'],
  ['source', 'source'],
  ['endpoint', 'endpoint'],
  ['is_stream', 'stream'],
  ['input_tokens', 'input_tokens'],
  ['output_tokens', 'output_tokens'],
  ['cached_tokens', 'cached_tokens'],
  ['reasoning_tokens', 'reasoning_tokens'],
  ['estimated', 'estimated'],
  ['bill', 'bill'],
  ['latency_ms', 'latency_ms'],
  ['ttft_ms', 'time_to_first_token_ms'],
  ['error_code', 'error_code'],
  ['error_message', 'error_message'],
  ['request_ip', 'request_ip'],
];

/** What calls used beside plain tokens, in columns of their own after the others. */
const DETAILS = Object.keys(usageDetailsSchema.shape) as readonly (keyof CallUsageDetails)[];

/** Sends every call that the filter finds as a CSV file, batch by batch, as fast as the client reads. */
export async function sendCallLogsCsv(container: Container, { req, res }: Exchange): Promise<void> {
  const ctx = await createRequestContext(container, { req, res, requestId: requestIdOf(req) });
  if (ctx.identityFailure !== null) throw ctx.identityFailure;
  if (ctx.actor === null) throw new AppError('unauthenticated', 'Sign in first.');
  const { searchParams } = new URL(req.url ?? '/', 'http://request.invalid');
  const { time_zone: timeZone, ...filter } = csvQuerySchema.parse(
    readTextInput(csvQuerySchema, searchParams),
  );
  const batches = exportCallLogs(ctx.deps, ctx.actor, filter);
  // The first batch before the head: a filter that may not be asked for is an error, not an empty file.
  let batch = await batches.next();
  res.writeHead(200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="call-logs-${fileTime(timeZone)}.csv"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  res.write(UTF8_BOM + csvLine([...COLUMNS.map(([, header]) => header), ...DETAILS]));
  while (!batch.done && !res.destroyed) {
    await write(res, batch.value.map((row) => toLine(row, timeZone)).join(''));
    batch = await batches.next();
  }
  res.end();
}

/** Waits for a slow reader, so that a long log is never held in memory. */
async function write(res: ServerResponse, text: string): Promise<void> {
  if (res.write(text) || res.destroyed) return;
  const left = new AbortController();
  const onClose = (): void => left.abort();
  res.once('close', onClose);
  await once(res, 'drain', { signal: left.signal }).catch(() => {});
  res.off('close', onClose);
}

function toLine(row: CallLog, timeZone: string): string {
  return csvLine([
    ...COLUMNS.map(([field]) =>
      field === 'created_at' ? inZone(row.created_at, timeZone).toString(TIME_FORMAT) : row[field],
    ),
    ...DETAILS.map((field) => row.usage_details?.[field] ?? null),
  ]);
}

/** ISO 8601 with the zone's offset, e.g. `2026-11-21T18:30:00.000+08:00`. */
const TIME_FORMAT = { timeZoneName: 'never', smallestUnit: 'millisecond' } as const;

function inZone(time: string, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.from(time).toZonedDateTimeISO(timeZone);
}

/** Now, fit for a file's name: `20261121-1830`. */
function fileTime(timeZone: string): string {
  const now = Temporal.Now.zonedDateTimeISO(timeZone).toString({
    timeZoneName: 'never',
    offset: 'never',
    smallestUnit: 'minute',
  });
  return now.replaceAll(/[-:]/g, '').replace('T', '-');
}
