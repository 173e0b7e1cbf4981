import { trimMoney } from '@aigc/shared/money';
import { capabilitiesOf } from '../models/capabilities.ts';
import type { CatalogueModel } from './catalogue-schema.ts';
import type { FullModel } from './current-catalogue.ts';

/** One thing that an import changes, as texts to be read. Null: nothing was, or will be, there. */
export interface FieldChange {
  /** As in the file: `prices.input`. */
  field: string;
  from: string | null;
  to: string | null;
}

/** What `wanted` says that `current` does not. What `wanted` leaves out is no difference. */
export function differences(current: object, wanted: object, prefix = ''): FieldChange[] {
  const before = new Map(Object.entries(current));
  return Object.entries(wanted).flatMap(([key, value]): FieldChange[] => {
    if (value === undefined) return [];
    const old: unknown = before.get(key) ?? null;
    const field = `${prefix}${key}`;
    if (isMap(value)) return differences(isMap(old) ? old : {}, value, `${field}.`);
    const [from, to] = [textOf(old), textOf(value)];
    return from === to ? [] : [{ field, from, to }];
  });
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.map(shown).join(', ') : shown(value);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A model of a file in the form in which what there is is told, so that only what is meant is a difference. */
export function comparable(model: CatalogueModel, current: FullModel): CatalogueModel {
  const type = model.type ?? current.type;
  const { upstreamModel, capabilities, prices, upstreams, aliases } = model;
  return {
    ...model,
    ...(upstreamModel === undefined
      ? {}
      : { upstreamModel: upstreamModel === model.title ? null : upstreamModel }),
    ...(capabilities === undefined ? {} : { capabilities: sameOrder(type, capabilities, current) }),
    ...(prices === undefined ? {} : { prices: trimmed(prices) }),
    ...(upstreams === undefined ? {} : { upstreams: upstreams.map(wholeUpstream).toSorted(byName) }),
    ...(aliases === undefined ? {} : { aliases: aliases.toSorted() }),
  };
}

/** The same of what there is. */
export function comparableCurrent(current: FullModel): FullModel {
  return {
    ...current,
    upstreams: current.upstreams.map(wholeUpstream).toSorted(byName),
    aliases: current.aliases.toSorted(),
  };
}

function sameOrder(
  type: FullModel['type'],
  stated: FullModel['capabilities'],
  current: FullModel,
): FullModel['capabilities'] {
  const wanted = capabilitiesOf(type, stated);
  const same = wanted.join() === capabilitiesOf(current.type, current.capabilities).join();
  return same ? current.capabilities : wanted;
}

type Prices = NonNullable<CatalogueModel['prices']>;

function trimmed(prices: Prices): Prices {
  return Object.fromEntries(
    Object.entries(prices).map(([name, price]) => [
      name,
      typeof price === 'string' ? trimMoney(price) : price,
    ]),
  );
}

type Upstream = FullModel['upstreams'][number];

function wholeUpstream({ provider, upstreamModel, priority, weight, enabled, cost }: Upstream): Upstream {
  const price = (text: string | null | undefined) => (text ? trimMoney(text) : null);
  return {
    provider,
    upstreamModel,
    priority: priority ?? 0,
    weight: weight ?? 1,
    enabled: enabled ?? true,
    cost: { input: price(cost?.input), output: price(cost?.output) },
  };
}

function byName(a: Upstream, b: Upstream): number {
  const [one, other] = [`${a.provider} ${a.upstreamModel}`, `${b.provider} ${b.upstreamModel}`];
  return one < other ? -1 : Number(one > other);
}
