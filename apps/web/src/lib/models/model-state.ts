import { isChatType } from '@aigc/shared/model-endpoints';
import type { PlazaModel } from '@aigc/shared/schemas/models';

/** What a model costs: a local one nothing, one without both prices cannot be called, zero is a price. */
export type PriceState = 'local' | 'unpriced' | 'free' | 'paid';

export function priceState(model: Pick<PlazaModel, 'is_local' | 'input_price' | 'output_price'>): PriceState {
  if (model.is_local) return 'local';
  if (model.input_price === null || model.output_price === null) return 'unpriced';
  return isZero(model.input_price) && isZero(model.output_price) ? 'free' : 'paid';
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

function isZero(price: string): boolean {
  return !/[1-9]/.test(price);
}
