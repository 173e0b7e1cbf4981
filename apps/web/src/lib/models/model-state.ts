import { isChatType } from '@aigc/shared/model-endpoints';
import { isPriced, type ExtraPrice } from '@aigc/shared/price-kinds';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import { shownPrices } from './shown-prices.ts';

/** What a model costs: a local one nothing, one without the prices it needs cannot be called, zero is a price. */
export type PriceState = 'local' | 'unpriced' | 'free' | 'paid';

export function priceState(
  model: Pick<PlazaModel, 'is_local' | 'type' | 'input_price' | 'output_price' | ExtraPrice>,
): PriceState {
  if (model.is_local) return 'local';
  if (!isPriced(model.type, model)) return 'unpriced';
  const set = [model.input_price, model.output_price, ...shownPrices(model).map(({ value }) => value)];
  return set.every((price) => price === null || isZero(price)) ? 'free' : 'paid';
}

/** Why a model cannot be called, by the gateway's own order of checks; null: it can. */
export function callBlock(model: PlazaModel): 'not_enabled' | 'unpriced' | null {
  if (!model.is_api_enabled) return 'not_enabled';
  return priceState(model) === 'unpriced' ? 'unpriced' : null;
}

/** Whether a model answers messages, rather than doing one other thing. */
export function chats(model: Pick<PlazaModel, 'type'>): boolean {
  return isChatType(model.type);
}

/** Whether images may be sent to it. */
export function seesImages(model: Pick<PlazaModel, 'type' | 'capabilities'>): boolean {
  return model.type === 'vision' || model.capabilities.includes('vision');
}

/** The chat model to start with: the active language model, else the first that can be called. */
export function firstChatModel(models: readonly PlazaModel[]): PlazaModel | undefined {
  const callable = models.filter((model) => chats(model) && callBlock(model) === null);
  return (
    callable.find((model) => model.is_active && model.type === 'language') ??
    callable.find((model) => model.is_active) ??
    callable[0]
  );
}

export function isZero(price: string): boolean {
  return !/[1-9]/.test(price);
}
