import type { PlazaModel } from '@aigc/shared/schemas/models';
import { roundDecimal, sumDecimals, tokensCost } from '#lib/decimal-math.ts';
import { isZero, priceState } from '#lib/models/model-state.ts';
import { shownPrices } from '#lib/models/shown-prices.ts';
import type { Usage } from './chat-chunk.ts';

export type AnswerCost = { kind: 'local' } | { kind: 'free' } | { kind: 'amount'; amount: string };

/** Decimals that a bill keeps. */
const billPlaces = 10;

/**
 * What an answer costs at the model's price, to the digit of the bill; undefined when that is not known: the model has
 * no price, or prices of things that the answer does not tell.
 */
export function answerCost(model: PlazaModel, usage: Usage): AnswerCost | undefined {
  const state = priceState(model);
  if (state === 'local' || state === 'free') return { kind: state };
  if (model.input_price === null || model.output_price === null) return undefined;
  if (shownPrices(model).some(({ value }) => !isZero(value))) return undefined;
  const exact = sumDecimals([
    tokensCost(usage.promptTokens, model.input_price),
    tokensCost(usage.completionTokens, model.output_price),
  ]);
  return { kind: 'amount', amount: roundDecimal(exact, billPlaces) };
}
