import type { MeteredUsage } from '@aigc/core/calls/call';
import type { UsageDetails } from '@aigc/shared/usage-details';
import type { ScannedBody } from '../../body/scan-body.ts';
import type { WholeAnswer } from '../carriage.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Far above any context length, and what a 32-bit column of the call log can hold. */
const MAX_TOKENS = 2_147_483_647;

/** An answer in JSON that passes as it is, with a bill of its own making. Null: its tokens must be counted. */
export function meteredJson(json: ScannedBody, usage: () => MeteredUsage | null): WholeAnswer {
  return { contentType: JSON_TYPE, body: json.bytes, json, usage };
}

/** Usage of what is no chat. Details that are zero or not known are left out. */
export function usageOf(
  { input = 0, output = 0, cached = 0 }: { input?: number; output?: number; cached?: number },
  details: UsageDetails = {},
  estimated = false,
): MeteredUsage {
  const given = Object.entries(details).filter(([, value]) => typeof value === 'number' && value > 0);
  const usage = {
    inputTokens: input,
    outputTokens: output,
    cachedTokens: cached,
    reasoningTokens: 0,
    estimated,
  };
  return given.length === 0 ? usage : { ...usage, details: Object.fromEntries(given) };
}

/** A count of tokens as upstreams send it; undefined: none that is possible. */
export function tokenCount(value: unknown): number | undefined {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS;
  return isCount ? value : undefined;
}
