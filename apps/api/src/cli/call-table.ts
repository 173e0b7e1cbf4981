import type { CallLog } from '@aigc/shared/schemas/logs';
import type { Cell, Column } from './table.ts';
import { cutText, printable } from './text-width.ts';

const MAX_MODEL_WIDTH = 40;
const MAX_NAME_WIDTH = 30;
const MAX_ERROR_WIDTH = 120;

/** The columns of calls; wide enough for the usual ones that are still to come. */
export const CALL_COLUMNS: readonly Column[] = [
  { title: 'time', minWidth: 19 },
  { title: 'status', minWidth: 11 },
  { title: 'model', minWidth: 16 },
  { title: 'user', minWidth: 16 },
  { title: 'key', minWidth: 10 },
  { title: 'in', align: 'right', minWidth: 6 },
  { title: 'out', align: 'right', minWidth: 6 },
  { title: 'bill', align: 'right', minWidth: 8 },
  { title: 'latency', align: 'right', minWidth: 8 },
  { title: 'error' },
];

/** One call as a row of `CALL_COLUMNS`, its time in the given zone. */
export function callRow(call: CallLog, timeZone: string): Cell[] {
  const hasFailed = call.status === 'failed';
  return [
    localTime(call.created_at, timeZone),
    { text: `${call.status} ${call.http_status}`, colour: hasFailed ? 'red' : 'green' },
    cutText(printable(call.model_name), MAX_MODEL_WIDTH),
    cutText(printable(call.user_email ?? call.user_id), MAX_NAME_WIDTH),
    cutText(
      printable(call.api_key_name ?? (call.source === 'playground' ? '(playground)' : '(deleted)')),
      MAX_NAME_WIDTH,
    ),
    // Estimated where the upstream reported none.
    `${call.estimated ? '~' : ''}${call.input_tokens}`,
    `${call.estimated ? '~' : ''}${call.output_tokens}`,
    call.bill,
    call.latency_ms === null ? '' : `${call.latency_ms} ms`,
    hasFailed ? cutText(printable(errorOf(call)), MAX_ERROR_WIDTH) : '',
  ];
}

function errorOf({ error_code: code, error_message: message }: CallLog): string {
  return [code, message].filter((part) => part !== null && part !== '').join(': ');
}

/** `2026-11-21 18:30:00` */
function localTime(time: string, timeZone: string): string {
  return Temporal.Instant.from(time)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ');
}
