import { toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { UsageDetails } from '@aigc/shared/usage-details';
import { tokenParts, type BilledUsage } from './bill-lines.ts';
import type { PriceSnapshot } from './call.ts';

/** Prices beside those of input and output in whole units. A part of the tokens without one has the plain price. */
export interface ExtraUnits {
  cachedInput: MoneyUnits;
  cacheWrite: MoneyUnits;
  cacheWriteHour: MoneyUnits;
  audioInput: MoneyUnits;
  audioOutput: MoneyUnits;
  /** Of these, what has no price costs nothing. */
  image: MoneyUnits;
  call: MoneyUnits;
  audioSecond: MoneyUnits;
  durationSecond: MoneyUnits;
  /** Per million. */
  character: MoneyUnits;
  /** What a token of unknown kind can cost. */
  dearestInput: MoneyUnits;
  dearestOutput: MoneyUnits;
}

const MILLION = 1_000_000n;

/** Null: the model has no such prices. */
export function toExtraUnits({ inputPrice, outputPrice, extras }: PriceSnapshot): ExtraUnits | null {
  if (extras === undefined) return null;
  const input = toUnits(inputPrice);
  const output = toUnits(outputPrice);
  const units = (price: string | undefined, otherwise: MoneyUnits): MoneyUnits =>
    price === undefined ? otherwise : toUnits(price);
  const cachedInput = units(extras.cached_input_price, input);
  const cacheWrite = units(extras.cache_write_price, input);
  const cacheWriteHour = units(extras.cache_write_hour_price, cacheWrite);
  const audioInput = units(extras.audio_input_price, input);
  const audioOutput = units(extras.audio_output_price, output);
  return {
    cachedInput,
    cacheWrite,
    cacheWriteHour,
    audioInput,
    audioOutput,
    image: units(extras.image_price, 0n),
    call: units(extras.call_price, 0n),
    audioSecond: units(extras.audio_second_price, 0n),
    durationSecond: units(extras.duration_price, 0n),
    character: units(extras.character_price, 0n),
    dearestInput: [input, cachedInput, cacheWrite, cacheWriteHour, audioInput].reduce(dearer),
    dearestOutput: dearer(output, audioOutput),
  };
}

function dearer(one: MoneyUnits, other: MoneyUnits): MoneyUnits {
  return one > other ? one : other;
}

/** A million times the cost of the tokens, each at the price of its kind. */
export function tokensMillionfold(
  { inputUnits, outputUnits }: { inputUnits: MoneyUnits; outputUnits: MoneyUnits },
  extras: ExtraUnits,
  usage: BilledUsage,
): bigint {
  const { input, cached, written, writtenHour, heard, output, spoken } = tokenParts(usage);
  return (
    inputUnits * BigInt(input) +
    extras.cachedInput * BigInt(cached) +
    extras.cacheWrite * BigInt(written) +
    extras.cacheWriteHour * BigInt(writtenHour) +
    extras.audioInput * BigInt(heard) +
    outputUnits * BigInt(output) +
    extras.audioOutput * BigInt(spoken)
  );
}

/** A million times the cost of what is no token. */
export function detailsMillionfold(extras: ExtraUnits, details: UsageDetails | undefined): bigint {
  if (details === undefined) return 0n;
  const { images = 0, calls = 0, audioSeconds = 0, durationSeconds = 0, characters = 0 } = details;
  const whole =
    extras.image * BigInt(images) +
    extras.call * BigInt(calls) +
    extras.audioSecond * BigInt(audioSeconds) +
    extras.durationSecond * BigInt(durationSeconds);
  return whole * MILLION + extras.character * BigInt(characters);
}

/**
 * What was used, with what only the gateway knows: that there was a call, and how long it ran, where these have
 * prices. Kept with the call, so that its bill recomputes.
 */
export function withCallDetails<Used extends BilledUsage>(
  usage: Used,
  extras: ExtraUnits,
  latencyMs: number,
): Used {
  if (extras.call === 0n && extras.durationSecond === 0n) return usage;
  const details: UsageDetails = { ...usage.details };
  if (extras.call !== 0n) details.calls = 1;
  if (extras.durationSecond !== 0n) details.durationSeconds = Math.max(1, Math.ceil(latencyMs / 1000));
  return { ...usage, details };
}
