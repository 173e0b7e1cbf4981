import type { Model } from '@aigc/db/entities/model';
import { trimMoney } from '@aigc/shared/money';
import {
  EXTRA_PRICES,
  isNeverBilled,
  type ExtraPrice,
  type ExtraPriceFields,
} from '@aigc/shared/price-kinds';
import { refusal } from '@aigc/shared/refusals';

/** A model's columns of prices beside input and output, by their names on the wire. */
const COLUMNS = {
  cached_input_price: 'cachedInputPrice',
  cache_write_price: 'cacheWritePrice',
  cache_write_hour_price: 'cacheWriteHourPrice',
  audio_input_price: 'audioInputPrice',
  audio_output_price: 'audioOutputPrice',
  image_price: 'imagePrice',
  call_price: 'callPrice',
  audio_second_price: 'audioSecondPrice',
  duration_price: 'durationPrice',
  character_price: 'characterPrice',
} as const satisfies Record<ExtraPrice, keyof Model>;

type ExtraPricesView = Record<ExtraPrice, string | null>;

/** A model's prices beside input and output as they travel. */
export function toExtraPrices(model: Model): ExtraPricesView {
  return Object.fromEntries(
    EXTRA_PRICES.map((field) => [field, toPrice(model[COLUMNS[field]])]),
  ) as ExtraPricesView;
}

/**
 * Writes the prices that are given: undefined leaves one as it is, null clears it.
 * @throws AppError `invalid_field` on a price that models of the type are never billed by
 */
export function applyExtraPrices(model: Model, prices: ExtraPriceFields): void {
  for (const field of EXTRA_PRICES) {
    const price = prices[field];
    if (price === undefined) continue;
    if (price !== null && isNeverBilled(model.type, field)) {
      throw refusal('price_never_billed', { price: field, type: model.type }, { param: field });
    }
    model[COLUMNS[field]] = price;
  }
}

/** A price as it travels: without the zeros that the database keeps; null where none is set. */
export function toPrice(stored: string | null | undefined): string | null {
  return stored === null || stored === undefined ? null : trimMoney(stored);
}
