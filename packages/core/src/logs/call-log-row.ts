import { trimMoney } from '@aigc/shared/money';
import type { CallAttempt } from '@aigc/shared/schemas/routing';
import type { ExtraPrices } from '@aigc/shared/price-kinds';
import type { CallLog, CallUsageDetails } from '@aigc/shared/schemas/logs';
import type { UsageDetails } from '@aigc/shared/usage-details';

/** One row of the log with the names that it points to. */
export interface CallLogRow {
  id: string;
  request_id: string;
  created_at: Date | string;
  position: string;
  user_id: string;
  user_email: string | null;
  api_key_id: number | null;
  api_key_name: string | null;
  model_id: number | null;
  model_name: string;
  provider: string | null;
  endpoint: string;
  source: CallLog['source'];
  is_local: boolean;
  is_own_key: boolean;
  is_stream: boolean;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  reasoning_tokens: number;
  estimated: boolean;
  usage_details: UsageDetails | null;
  input_price: string | null;
  output_price: string | null;
  extra_prices: ExtraPrices | null;
  bill: string;
  status: CallLog['status'];
  http_status: number;
  error_code: string | null;
  error_message: string | null;
  latency_ms: number | null;
  ttft_ms: number | null;
  request_ip: string | null;
  answered_by: string | null;
  /** Null: one attempt, which ended as the row says; or none. */
  attempts: CallAttempt[] | null;
}

/** Select list and joins of a `CallLogRow`; `position` is the time to the microsecond, for cursors. */
export const SELECT_CALL_LOG = `
select l.id::text, l.request_id, l.created_at,
  to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position,
  l.user_id, u.email as user_email, l.api_key_id, k.name as api_key_name, l.model_id, l.model_name,
  l.provider, l.endpoint, l.source, l.is_local, l.is_own_key, l.is_stream, l.input_tokens, l.output_tokens,
  l.cached_tokens, l.reasoning_tokens, l.estimated, l.usage_details, l.input_price::text, l.output_price::text,
  l.extra_prices,  l.bill::text, l.status, l.http_status, l.error_code, l.error_message, l.latency_ms, l.ttft_ms, l.request_ip,
  l.answered_by, l.attempts
from aigcspace.api_call_log l
left join aigcspace.users u on u.id = l.user_id
left join aigcspace.platform_api_key k on k.id = l.api_key_id`;

/** Under the names of the wire. */
function toUsageDetails(details: UsageDetails): CallUsageDetails {
  return {
    cache_write_tokens: details.cacheWriteTokens,
    cache_write_hour_tokens: details.cacheWriteHourTokens,
    audio_input_tokens: details.audioInputTokens,
    audio_output_tokens: details.audioOutputTokens,
    images: details.images,
    audio_seconds: details.audioSeconds,
    characters: details.characters,
    calls: details.calls,
    duration_seconds: details.durationSeconds,
  };
}

export function toCallLog(row: CallLogRow): CallLog {
  const {
    position: _position,
    input_price: _inputPrice,
    output_price: _outputPrice,
    extra_prices: _extraPrices,
    usage_details: details,
    answered_by: _answeredBy,
    attempts: _attempts,
    ...rest
  } = row;
  return {
    ...rest,
    usage_details: details === null ? null : toUsageDetails(details),
    created_at: new Date(row.created_at).toISOString(),
    bill: trimMoney(row.bill),
  };
}
