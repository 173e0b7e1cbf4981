import { money, type Money } from '@aigc/shared/money';
import type { BillPart, CallLogDetail } from '@aigc/shared/schemas/logs';
import type { UsageDetails } from '@aigc/shared/usage-details';
import type { PriceSnapshot } from './call.ts';

/** What a bill is made of. */
export interface BilledUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  details?: UsageDetails | undefined;
}

export type BillLine = CallLogDetail['bill_lines'][number];

const MILLION = 1_000_000;

/** Parts of the input and output tokens that may have prices of their own, none counted twice. */
export function tokenParts({ inputTokens, outputTokens, cachedTokens, details }: BilledUsage) {
  const cached = Math.min(cachedTokens, inputTokens);
  const written = Math.min(details?.cacheWriteTokens ?? 0, inputTokens - cached);
  const heard = Math.min(details?.audioInputTokens ?? 0, inputTokens - cached - written);
  const spoken = Math.min(details?.audioOutputTokens ?? 0, outputTokens);
  return {
    input: inputTokens - cached - written - heard,
    cached,
    written,
    heard,
    output: outputTokens - spoken,
    spoken,
  };
}

/**
 * How a bill comes about: each part of what was used with its price, as exact decimals. Parts without a price of
 * their own are counted with plain input and output; what costs nothing because it has no price has no line.
 */
export function billLines(price: PriceSnapshot, usage: BilledUsage): BillLine[] {
  const extras = price.extras ?? {};
  const parts = tokenParts(usage);
  const details = usage.details ?? {};
  const lines: BillLine[] = [];
  const add = (part: BillPart, quantity: number, unit: Money | undefined, per: 1 | typeof MILLION) => {
    if (unit === undefined) return;
    lines.push({ part, quantity, price: unit, per, amount: money(unit).times(quantity).div(per).toFixed() });
  };
  let { input, output } = parts;
  if (extras.cached_input_price === undefined) input += parts.cached;
  if (extras.cache_write_price === undefined) input += parts.written;
  if (extras.audio_input_price === undefined) input += parts.heard;
  if (extras.audio_output_price === undefined) output += parts.spoken;
  add('input', input, price.inputPrice, MILLION);
  add('cached_input', parts.cached, extras.cached_input_price, MILLION);
  add('cache_write', parts.written, extras.cache_write_price, MILLION);
  add('audio_input', parts.heard, extras.audio_input_price, MILLION);
  add('output', output, price.outputPrice, MILLION);
  add('audio_output', parts.spoken, extras.audio_output_price, MILLION);
  add('image', details.images ?? 0, extras.image_price, 1);
  add('audio_second', details.audioSeconds ?? 0, extras.audio_second_price, 1);
  add('character', details.characters ?? 0, extras.character_price, MILLION);
  add('call', details.calls ?? 0, extras.call_price, 1);
  add('duration', details.durationSeconds ?? 0, extras.duration_price, 1);
  return lines;
}
