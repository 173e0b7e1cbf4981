import type { ModelRouting, RoutingStrategy, setModelRoutingInputSchema } from '@aigc/shared/schemas/routing';
import type { z } from 'zod';

/** One upstream as typed: costs stay text, because no digit may be lost to a float. */
export interface UpstreamFields {
  providerId: string;
  upstreamModel: string;
  priority: string;
  weight: string;
  isEnabled: boolean;
  inputCost: string;
  outputCost: string;
}

export interface RoutingFields {
  strategy: RoutingStrategy;
  upstreams: UpstreamFields[];
  /** Separated by commas or line breaks. */
  aliases: string;
  /** Ids of models, in order. */
  fallbacks: string[];
}

export function routingFields(routing: ModelRouting): RoutingFields {
  return {
    strategy: routing.strategy,
    upstreams: routing.upstreams.map((upstream) => ({
      providerId: String(upstream.provider_id),
      upstreamModel: upstream.upstream_model,
      priority: String(upstream.priority),
      weight: String(upstream.weight),
      isEnabled: upstream.is_enabled,
      inputCost: upstream.input_cost ?? '',
      outputCost: upstream.output_cost ?? '',
    })),
    aliases: routing.aliases.join(', '),
    fallbacks: routing.fallbacks.map(({ id }) => String(id)),
  };
}

/** A further upstream, tried after those that are there. */
export function addedUpstream(
  fields: RoutingFields,
  providerId: string,
  upstreamModel: string,
): UpstreamFields {
  const last = Math.max(-1, ...fields.upstreams.map(({ priority }) => Number(priority) || 0));
  return {
    providerId,
    upstreamModel,
    priority: String(last + 1),
    weight: '1',
    isEnabled: true,
    inputCost: '',
    outputCost: '',
  };
}

/** Moves an entry by one place; the priorities then follow the places. */
export function movedUpstream(
  upstreams: readonly UpstreamFields[],
  from: number,
  by: 1 | -1,
): UpstreamFields[] {
  return moved(upstreams, from, by).map((upstream, place) => ({ ...upstream, priority: String(place) }));
}

export function moved<T>(items: readonly T[], from: number, by: 1 | -1): T[] {
  const result = [...items];
  const [item] = result.splice(from, 1);
  if (item !== undefined) result.splice(from + by, 0, item);
  return result;
}

export type RoutingFault = 'priority' | 'weight' | 'cost' | 'upstream_model';

/** Faults by field: `upstreams.<place>.<field>`. */
export function routingFaults({ upstreams }: RoutingFields): Record<string, RoutingFault> {
  const faults: Record<string, RoutingFault> = {};
  for (const [place, upstream] of upstreams.entries()) {
    if (upstream.upstreamModel.trim() === '') faults[`upstreams.${place}.upstream_model`] = 'upstream_model';
    if (!isWhole(upstream.priority, 0)) faults[`upstreams.${place}.priority`] = 'priority';
    if (!isWhole(upstream.weight, 1)) faults[`upstreams.${place}.weight`] = 'weight';
    if (!isCost(upstream.inputCost)) faults[`upstreams.${place}.input_cost`] = 'cost';
    if (!isCost(upstream.outputCost)) faults[`upstreams.${place}.output_cost`] = 'cost';
  }
  return faults;
}

function isWhole(text: string, least: number): boolean {
  return /^\d{1,4}$/.test(text.trim()) && Number(text) >= least && Number(text) <= 1000;
}

function isCost(text: string): boolean {
  return text.trim() === '' || /^\d{1,14}(\.\d{1,10})?$/.test(text.trim());
}

export function routingInput(fields: RoutingFields, id: number): z.input<typeof setModelRoutingInputSchema> {
  return {
    id,
    strategy: fields.strategy,
    upstreams: fields.upstreams.map((upstream) => ({
      provider_id: Number(upstream.providerId),
      upstream_model: upstream.upstreamModel.trim(),
      priority: Number(upstream.priority),
      weight: Number(upstream.weight),
      is_enabled: upstream.isEnabled,
      input_cost: upstream.inputCost.trim() === '' ? null : upstream.inputCost.trim(),
      output_cost: upstream.outputCost.trim() === '' ? null : upstream.outputCost.trim(),
    })),
    aliases: namesOf(fields.aliases),
    fallback_ids: fields.fallbacks.map(Number),
  };
}

/** Each name once, in the order they were typed. Commas of Chinese keyboards separate too. */
export function namesOf(text: string): string[] {
  const names = text.split(/[,\n\uFF0C]/u).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
