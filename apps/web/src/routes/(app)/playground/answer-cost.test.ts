import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import { describe, expect, it } from 'vitest';
import { answerCost } from './answer-cost.ts';

const usage = { promptTokens: 1_204, completionTokens: 388 };
const model = (changes: Partial<PlazaModel>) =>
  ({
    is_local: false,
    type: 'language',
    input_price: '2.4',
    output_price: '9.6',
    ...NO_EXTRA_PRICES,
    ...changes,
  }) as PlazaModel;

describe('answerCost', () => {
  it('multiplies tokens and prices per million without losing a digit', () => {
    expect(answerCost(model({}), usage)).toEqual({ kind: 'amount', amount: '0.0066144' });
    expect(answerCost(model({ input_price: '0.0000000001', output_price: '0.1' }), usage)).toEqual({
      kind: 'amount',
      amount: '0.0000388',
    });
  });

  it('calls local models free as local, and a price of zero free', () => {
    expect(answerCost(model({ is_local: true, input_price: null, output_price: null }), usage)).toEqual({
      kind: 'local',
    });
    expect(answerCost(model({ input_price: '0', output_price: '0.00' }), usage)).toEqual({ kind: 'free' });
  });

  it('says nothing of a model without a price', () => {
    expect(answerCost(model({ input_price: null }), usage)).toBeUndefined();
  });
});
