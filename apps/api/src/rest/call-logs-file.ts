import { estimateCallLogs } from '@aigc/core/logs/estimate-call-logs';
import { exportCallLogs } from '@aigc/core/logs/list-call-logs';
import {
  callLogFilterSchema,
  usageDetailsSchema,
  type CallLog,
  type CallUsageDetails,
} from '@aigc/shared/schemas/logs';
import { timeZoneSchema } from '@aigc/shared/schemas/stats';
import type { Container } from '../container.ts';
import type { Exchange } from './call-procedure.ts';
import { readFileRequest } from './read-file-request.ts';
import { streamFile, type ExportFormat } from './stream-file.ts';
import { timeInZone } from './time-in-zone.ts';

export const CALL_LOG_FILE_PATHS: Readonly<Record<ExportFormat, string>> = {
  csv: '/api/platform/call-logs.csv',
  ndjson: '/api/platform/call-logs.ndjson',
};

/** The filters of the call log, and the zone that times of a CSV file are written in. */
export const callLogFileQuerySchema = callLogFilterSchema.extend({
  time_zone: timeZoneSchema.default('UTC'),
});

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

/**
 * Sends every call that the filter finds as a file, batch by batch, as fast as the client reads. About how many there
 * are is told before, so that whoever waits can see how far it is.
 */
export async function sendCallLogFile(
  container: Container,
  exchange: Exchange,
  format: ExportFormat,
): Promise<void> {
  const { deps, actor, query, isHead } = await readFileRequest(container, exchange, callLogFileQuerySchema);
  const { time_zone: timeZone, ...filter } = query;
  await streamFile(exchange.res, {
    format,
    name: 'call-logs',
    timeZone,
    isHead,
    estimatedRows: await estimateCallLogs(deps, actor, filter),
    batches: exportCallLogs(deps, actor, filter),
    header: [...COLUMNS.map(([, header]) => header), ...DETAILS],
    cells: (row) => [
      ...COLUMNS.map(([field]) =>
        field === 'created_at' ? timeInZone(row.created_at, timeZone) : row[field],
      ),
      ...DETAILS.map((field) => row.usage_details?.[field] ?? null),
    ],
  });
}
