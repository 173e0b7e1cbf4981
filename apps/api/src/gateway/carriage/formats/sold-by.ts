import type { ResolvedModel } from '../../pipeline/contexts.ts';

/**
 * What a model has prices for. Where its upstream reports something else, or nothing, that must be estimated: the call
 * would cost its caller nothing.
 */
export function soldBy({ entry: { price } }: ResolvedModel): { tokens: boolean; audioSeconds: boolean } {
  if (price === null) return { tokens: false, audioSeconds: false };
  const { inputUnits, outputUnits, extras } = price;
  const dearest = extras === null ? [inputUnits, outputUnits] : [extras.dearestInput, extras.dearestOutput];
  return { tokens: dearest.some((units) => units > 0n), audioSeconds: (extras?.audioSecond ?? 0n) > 0n };
}
