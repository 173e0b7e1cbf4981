import { EXTRA_PRICES, EXTRA_PRICES_OF, type ExtraPrice } from '@aigc/shared/price-kinds';
import type {
  AdminModel,
  Capability,
  createModelInputSchema,
  ModelType,
  updateModelInputSchema,
} from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import { initialLimits, limitFaults, limitInput, type LimitFields } from '#lib/limit-input.ts';

/** What the form's fields hold, as typed: prices stay text, because no digit may be lost to a float. */
export interface ModelFields {
  title: string;
  /** An id, or empty: none is chosen yet. */
  providerId: string;
  upstreamModel: string;
  description: string;
  type: ModelType;
  /** Beyond what the type says anyway. */
  capabilities: Capability[];
  contextLength: string;
  maxOutputTokens: string;
  inputPrice: string;
  outputPrice: string;
  extraPrices: Record<ExtraPrice, string>;
  limits: LimitFields;
  isApiEnabled: boolean;
}

const implied: Record<ModelType, readonly Capability[]> = {
  language: ['chat'],
  vision: ['chat', 'vision'],
  embedding: ['embedding'],
  image: ['image'],
  speech: ['speech'],
  transcription: ['transcription'],
  rerank: ['rerank'],
  moderation: ['moderation'],
};

/** What may be stated of a model beyond its type. */
export const optionalCapabilities: Record<ModelType, readonly Capability[]> = {
  language: ['vision', 'audio', 'tools', 'json', 'reasoning'],
  vision: ['audio', 'tools', 'json', 'reasoning'],
  embedding: [],
  image: [],
  speech: [],
  transcription: [],
  rerank: [],
  moderation: [],
};

export function initialFields(saved: AdminModel | undefined, providerId: string): ModelFields {
  const type = saved?.type ?? 'language';
  return {
    title: saved?.title ?? '',
    providerId: saved ? String(saved.provider_id) : providerId,
    upstreamModel: saved?.upstream_model ?? '',
    description: saved?.description ?? '',
    type,
    capabilities: (saved?.capabilities ?? []).filter((one) => !implied[type].includes(one)),
    contextLength: saved?.context_length?.toString() ?? '',
    maxOutputTokens: saved?.max_output_tokens?.toString() ?? '',
    inputPrice: plainPrice(saved?.input_price),
    outputPrice: plainPrice(saved?.output_price),
    extraPrices: eachExtraPrice((field) => plainPrice(saved?.[field])),
    limits: initialLimits(saved),
    isApiEnabled: saved?.is_api_enabled ?? false,
  };
}

export type FieldFault = 'title' | 'provider' | 'price' | 'count' | 'limit';

/** Faults that can be seen without asking the server, by the field's name on the wire. */
export function faultsOf(fields: ModelFields): Record<string, FieldFault> {
  const faults: Record<string, FieldFault> = {};
  if (fields.title.trim() === '') faults['title'] = 'title';
  if (fields.providerId === '') faults['provider_id'] = 'provider';
  if (!isCount(fields.contextLength)) faults['context_length'] = 'count';
  if (!isCount(fields.maxOutputTokens)) faults['max_output_tokens'] = 'count';
  if (!isPrice(fields.inputPrice)) faults['input_price'] = 'price';
  if (!isPrice(fields.outputPrice)) faults['output_price'] = 'price';
  for (const field of EXTRA_PRICES) if (!isPrice(fields.extraPrices[field])) faults[field] = 'price';
  for (const name of limitFaults(fields.limits)) faults[name] = 'limit';
  return faults;
}

export function createInput(fields: ModelFields): z.input<typeof createModelInputSchema> {
  return { ...commonInput(fields), provider_id: Number(fields.providerId) };
}

export function updateInput(fields: ModelFields, id: number): z.input<typeof updateModelInputSchema> {
  return { ...commonInput(fields), id };
}

function commonInput(fields: ModelFields) {
  const { type } = fields;
  return {
    title: fields.title.trim(),
    upstream_model: fields.upstreamModel.trim() || null,
    description: fields.description.trim(),
    type,
    capabilities: [
      ...implied[type],
      ...fields.capabilities.filter((one) => optionalCapabilities[type].includes(one)),
    ],
    context_length: toCount(fields.contextLength),
    max_output_tokens: toCount(fields.maxOutputTokens),
    input_price: fields.inputPrice.trim() || null,
    output_price: fields.outputPrice.trim() || null,
    ...eachExtraPrice((field) => fields.extraPrices[field].trim() || null),
    ...limitInput(fields.limits),
    is_api_enabled: fields.isApiEnabled,
  };
}

function eachExtraPrice<Value>(read: (field: ExtraPrice) => Value): Record<ExtraPrice, Value> {
  return Object.fromEntries(EXTRA_PRICES.map((field) => [field, read(field)])) as Record<ExtraPrice, Value>;
}

/** Those to be offered: what models of the type are usually billed by, and what has a price already. */
export function offeredPrices({ type, extraPrices }: ModelFields): ExtraPrice[] {
  const usual = EXTRA_PRICES_OF[type];
  return [...usual, ...EXTRA_PRICES.filter((field) => !usual.includes(field) && extraPrices[field] !== '')];
}

/** `2.4000000000` as it was entered, `2.4`. */
function plainPrice(price: string | null | undefined): string {
  if (!price) return '';
  return price.includes('.') ? price.replace(/\.?0+$/, '') : price;
}

function isPrice(text: string): boolean {
  return text.trim() === '' || /^\d{1,14}(\.\d{1,10})?$/.test(text.trim());
}

const mostTokens = 100_000_000;

function isCount(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '') return true;
  return /^\d{1,9}$/.test(trimmed) && Number(trimmed) >= 1 && Number(trimmed) <= mostTokens;
}

function toCount(text: string): number | null {
  return text.trim() === '' ? null : Number(text.trim());
}
