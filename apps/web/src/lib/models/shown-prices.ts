import {
  EXTRA_PRICES,
  EXTRA_PRICES_OF,
  PRICE_UNITS,
  type ExtraPrice,
  type PriceUnit,
} from '@aigc/shared/price-kinds';
import type { PlazaModel } from '@aigc/shared/schemas/models';

export interface ShownPrice {
  kind: ExtraPrice;
  value: string;
  unit: PriceUnit;
}

type Priced = Pick<PlazaModel, 'type' | ExtraPrice>;

/** The prices that a model has beside those of input and output, the most usual of its type first. */
export function shownPrices(model: Priced): ShownPrice[] {
  return [...new Set([...EXTRA_PRICES_OF[model.type], ...EXTRA_PRICES])].flatMap((kind) => {
    const value = model[kind];
    return value === null ? [] : [{ kind, value, unit: PRICE_UNITS[kind] }];
  });
}

/** What stands where a model without prices of tokens would show them; undefined: it has none, or no others. */
export function mainPrice(
  model: Priced & Pick<PlazaModel, 'input_price' | 'output_price'>,
): ShownPrice | undefined {
  return model.input_price === null && model.output_price === null ? shownPrices(model)[0] : undefined;
}
