import { isChatType } from './model-endpoints.ts';
import type { Money } from './money.ts';
import type { ModelType } from './schemas/models.ts';

/** Prices that a model may have beside those of input and output, as fields on the wire and columns of `models`. */
export const EXTRA_PRICES = [
  'cached_input_price',
  'cache_write_price',
  'cache_write_hour_price',
  'audio_input_price',
  'audio_output_price',
  'image_price',
  'call_price',
  'audio_second_price',
  'duration_price',
  'character_price',
] as const;
export type ExtraPrice = (typeof EXTRA_PRICES)[number];

/** Those that are set. */
export type ExtraPrices = Partial<Record<ExtraPrice, Money>>;

/** All of them; null or absent: not set. */
export type ExtraPriceFields = { readonly [Field in ExtraPrice]?: Money | null | undefined };

/** Of most models. */
export const NO_EXTRA_PRICES: Readonly<Record<ExtraPrice, null>> = {
  cached_input_price: null,
  cache_write_price: null,
  cache_write_hour_price: null,
  audio_input_price: null,
  audio_output_price: null,
  image_price: null,
  call_price: null,
  audio_second_price: null,
  duration_price: null,
  character_price: null,
};

/** What a price is for. */
export type PriceUnit = 'million_tokens' | 'image' | 'call' | 'second' | 'million_characters';

export const PRICE_UNITS: Readonly<Record<ExtraPrice, PriceUnit>> = {
  cached_input_price: 'million_tokens',
  cache_write_price: 'million_tokens',
  cache_write_hour_price: 'million_tokens',
  audio_input_price: 'million_tokens',
  audio_output_price: 'million_tokens',
  image_price: 'image',
  call_price: 'call',
  audio_second_price: 'second',
  duration_price: 'second',
  character_price: 'million_characters',
};

const CHAT: readonly ExtraPrice[] = [
  'cached_input_price',
  'cache_write_price',
  'cache_write_hour_price',
  'audio_input_price',
  'audio_output_price',
  'call_price',
  'duration_price',
];

/** What a model of each type is usually billed by, the most usual first. */
export const EXTRA_PRICES_OF: Readonly<Record<ModelType, readonly ExtraPrice[]>> = {
  language: CHAT,
  vision: CHAT,
  embedding: ['call_price', 'duration_price'],
  image: ['image_price', 'cached_input_price', 'call_price', 'duration_price'],
  speech: ['character_price', 'audio_output_price', 'call_price', 'duration_price'],
  transcription: ['audio_second_price', 'audio_input_price', 'call_price', 'duration_price'],
  rerank: ['call_price', 'duration_price'],
  moderation: ['call_price', 'duration_price'],
};

/** What only one type of model ever reports: of any other, such a price would never be billed. */
const ONLY_OF: Readonly<Partial<Record<ExtraPrice, ModelType>>> = {
  image_price: 'image',
  audio_second_price: 'transcription',
  character_price: 'speech',
};

/** Whether a model of this type can never be billed by this price. */
export function isNeverBilled(type: ModelType, price: ExtraPrice): boolean {
  const only = ONLY_OF[price];
  return only !== undefined && only !== type;
}

/** Whether a model of this type cannot be called before tokens have prices: what chats or makes vectors counts them. */
export function needsTokenPrices(type: ModelType): boolean {
  return isChatType(type) || type === 'embedding';
}

export type ModelPrices = {
  readonly input_price: Money | null;
  readonly output_price: Money | null;
} & ExtraPriceFields;

/** Whether a model has the prices without which calls of it are refused. Zero is a price. */
export function isPriced(type: ModelType, prices: ModelPrices): boolean {
  if (prices.input_price !== null && prices.output_price !== null) return true;
  if (needsTokenPrices(type)) return false;
  return [prices.input_price, prices.output_price, ...EXTRA_PRICES.map((field) => prices[field])].some(
    (price) => price !== null && price !== undefined,
  );
}
