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
  const writtenHour = Math.min(details?.cacheWriteHourTokens ?? 0, written);
  const heard = Math.min(details?.audioInputTokens ?? 0, inputTokens - cached - written);
  const spoken = Math.min(details?.audioOutputTokens ?? 0, outputTokens);
  return {
    input: inputTokens - cached - written - heard,
    cached,
    written: written - writtenHour,
    writtenHour,
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
  let { input, written, output } = parts;
  if (extras.cached_input_price === undefined) input += parts.cached;
  // What is written for an hour costs what is written at all costs, unless it has a price of its own.
  if (extras.cache_write_hour_price === undefined) written += parts.writtenHour;
  if (extras.cache_write_price === undefined) input += written;
  if (extras.audio_input_price === undefined) input += parts.heard;
  if (extras.audio_output_price === undefined) output += parts.spoken;
  return [
    perMillion('input', input, price.inputPrice),
    perMillion('cached_input', parts.cached, extras.cached_input_price),
    perMillion('cache_write', written, extras.cache_write_price),
    perMillion('cache_write_hour', parts.writtenHour, extras.cache_write_hour_price),
    perMillion('audio_input', parts.heard, extras.audio_input_price),
    perMillion('output', output, price.outputPrice),
    perMillion('audio_output', parts.spoken, extras.audio_output_price),
    each('image', details.images, extras.image_price),
    each('audio_second', details.audioSeconds, extras.audio_second_price),
    perMillion('character', details.characters ?? 0, extras.character_price),
    each('call', details.calls, extras.call_price),
    each('duration', details.durationSeconds, extras.duration_price),
  ].filter((line) => line !== null);
}

function perMillion(part: BillPart, quantity: number, price: Money | undefined): BillLine | null {
  if (price === undefined) return null;
  const amount = money(price).times(quantity).div(MILLION).toFixed();
  return { part, quantity, price, per: MILLION, amount };
}

function each(part: BillPart, used: number | undefined, price: Money | undefined): BillLine | null {
  const quantity = used ?? 0;
  if (price === undefined) return null;
  return { part, quantity, price, per: 1, amount: money(price).times(quantity).toFixed() };
}
