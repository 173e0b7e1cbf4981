import { fromUnits, toUnits } from '@aigc/shared/money-units';
import { isPriced } from '@aigc/shared/price-kinds';
import type { PriceSnapshot } from '../calls/call.ts';
import { toExtraUnits } from '../calls/extra-units.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { localKeyBinding, providerKeyBinding } from '../upstreams/secret-bindings.ts';
import type { Interned } from './interned.ts';
import type { ModelRow, ProviderRow, UpstreamRow } from './rows.ts';
import { upstreamKeyOf } from './upstream-key.ts';
import { SealedSecret } from './sealed-secret.ts';
import type { ModelEntry, PriceEntry, UpstreamCost, UpstreamEntry } from './snapshot.ts';

const NONE: readonly never[] = Object.freeze([]);
const NO_SETTINGS = Object.freeze({});

interface StoredProvider {
  row: ProviderRow;
  secret: SealedSecret;
}

/** Every model and provider. */
export class ModelMemory {
  readonly #interned: Interned;
  readonly #providers = new Map<number, StoredProvider>();
  readonly #byId = new Map<number, ModelEntry>();
  /** Cloud models of enabled providers. */
  readonly #cloudByTitle = new Map<string, ModelEntry>();
  /** The same by their other names. */
  readonly #cloudByAlias = new Map<string, ModelEntry>();
  readonly #localByOwner = new Map<string, Map<string, ModelEntry>>();
  /** Of upstreams; also of models that have changed since, for calls that still run with them. */
  readonly #secrets = new WeakMap<UpstreamEntry | ModelEntry, SealedSecret>();
  /** Cloud models anyone may call, by title; null: to be made again. */
  #callableCloud: readonly ModelEntry[] | null = null;

  constructor(interned: Interned) {
    this.#interned = interned;
  }

  find(title: string, userId: string): ModelEntry | null {
    return (
      this.#localByOwner.get(userId)?.get(title) ??
      this.#cloudByTitle.get(title) ??
      this.#cloudByAlias.get(title) ??
      null
    );
  }

  /** A cloud model that can be called now, apart from its price and switch. */
  findCloud(id: number): ModelEntry | null {
    const entry = this.#byId.get(id);
    return entry !== undefined && this.#cloudByTitle.get(entry.title) === entry ? entry : null;
  }

  callable(userId: string): readonly ModelEntry[] {
    this.#callableCloud ??= [...this.#cloudByTitle.values()]
      .filter(({ isApiEnabled, price }) => isApiEnabled && price !== null)
      .toSorted(byTitle);
    const own = [...(this.#localByOwner.get(userId)?.values() ?? [])].filter(
      ({ isApiEnabled }) => isApiEnabled,
    );
    if (own.length === 0) return this.#callableCloud;
    const hidden = new Set(own.map(({ title }) => title));
    return [...own, ...this.#callableCloud.filter(({ title }) => !hidden.has(title))].toSorted(byTitle);
  }

  fallbacksOf({ fallbackIds }: ModelEntry): ModelEntry[] {
    return fallbackIds.map((id) => this.findCloud(id)).filter((entry) => entry !== null);
  }

  upstreamKey(upstream: UpstreamEntry | ModelEntry, secrets: Secrets): string | null {
    return this.#secrets.get(upstream)?.open(secrets) ?? null;
  }

  /** Its models are written after it. */
  putProvider(row: ProviderRow): void {
    const { id, base_url: baseUrl } = row;
    const secret = new SealedSecret(row.api_key, () => providerKeyBinding({ id, baseUrl }));
    this.#providers.set(id, { row: { ...row, settings: Object.freeze({ ...row.settings }) }, secret });
  }

  /** Its models are told of on their own, because they go with it. */
  deleteProvider(id: number): void {
    this.#providers.delete(id);
  }

  put(row: ModelRow): void {
    this.delete(row.id);
    if (row.is_local) this.#putLocal(row);
    else this.#putCloud(row);
  }

  delete(id: number): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#byId.delete(id);
    this.#callableCloud = null;
    // Titles are unique, but two models may have changed theirs since: only its own place is cleared.
    if (this.#cloudByTitle.get(entry.title) === entry) this.#cloudByTitle.delete(entry.title);
    for (const alias of entry.aliases) {
      if (this.#cloudByAlias.get(alias) === entry) this.#cloudByAlias.delete(alias);
    }
    const own = entry.ownerId === null ? undefined : this.#localByOwner.get(entry.ownerId);
    if (own?.get(entry.title) !== entry) return;
    own.delete(entry.title);
    if (own.size === 0 && entry.ownerId !== null) this.#localByOwner.delete(entry.ownerId);
  }

  #putLocal(row: ModelRow): void {
    const { id, user_id: userId, base_url: baseUrl } = row;
    if (userId === null || baseUrl === null) return;
    const secret = new SealedSecret(row.local_api_key, () => localKeyBinding({ id, userId, baseUrl }));
    const upstream: UpstreamEntry = Object.freeze({
      key: `local ${id}`,
      provider: null,
      providerId: null,
      dialect: 'openai-compatible',
      settings: NO_SETTINGS,
      baseUrl,
      upstreamModel: row.upstream_model ?? row.title,
      priority: 0,
      weight: 1,
      cost: null,
    });
    const entry = this.#toEntry(row, { first: upstream, upstreams: [upstream], price: null });
    this.#byId.set(id, entry);
    this.#secrets.set(entry, secret).set(upstream, secret);
    const own = this.#localByOwner.get(userId) ?? new Map<string, ModelEntry>();
    this.#localByOwner.set(userId, own.set(entry.title, entry));
  }

  #putCloud(row: ModelRow): void {
    if (row.provider_id === null) return;
    const rows = [ownUpstream(row, row.provider_id), ...(row.upstreams ?? [])];
    const all = rows.map((each) => this.#toUpstream(each)).filter((each) => each !== null);
    const upstreams = withoutRepeats(all.filter(({ isUsable }) => isUsable).map(({ upstream }) => upstream));
    upstreams.sort((a, b) => a.priority - b.priority);
    const first = upstreams[0] ?? all[0]?.upstream;
    if (first === undefined) return;
    const entry = this.#toEntry(row, { first, upstreams, price: priceOf(row) });
    this.#byId.set(row.id, entry);
    const secret = this.#secrets.get(first);
    if (secret !== undefined) this.#secrets.set(entry, secret);
    this.#callableCloud = null;
    if (upstreams.length === 0) return;
    this.#cloudByTitle.set(entry.title, entry);
    for (const alias of entry.aliases) this.#cloudByAlias.set(alias, entry);
  }

  /** Null: its provider has gone. */
  #toUpstream(row: UpstreamRow): { upstream: UpstreamEntry; isUsable: boolean } | null {
    const provider = this.#providers.get(row.provider_id);
    if (provider === undefined) return null;
    const { id: providerId, name, dialect, settings, base_url: baseUrl, status } = provider.row;
    const upstream: UpstreamEntry = Object.freeze({
      key: upstreamKeyOf(providerId, row.upstream_model),
      provider: name,
      providerId,
      dialect,
      settings,
      baseUrl,
      upstreamModel: row.upstream_model,
      priority: row.priority,
      weight: row.weight,
      cost: costOf(row),
    });
    this.#secrets.set(upstream, provider.secret);
    return { upstream, isUsable: row.is_enabled && status === 'enabled' };
  }

  #toEntry(
    row: ModelRow,
    { first, ...rest }: Pick<ModelEntry, 'upstreams' | 'price'> & { first: UpstreamEntry },
  ): ModelEntry {
    const { provider, providerId, dialect, baseUrl, upstreamModel } = first;
    return Object.freeze({
      id: row.id,
      title: row.title,
      type: row.type,
      capabilities: row.capabilities,
      isLocal: row.is_local,
      ownerId: row.user_id,
      isApiEnabled: row.is_api_enabled,
      contextLength: row.context_length,
      maxOutputTokens: row.max_output_tokens,
      limits: this.#interned.limits(row),
      strategy: row.strategy,
      aliases: row.aliases ?? NONE,
      fallbackIds: row.fallback_ids ?? NONE,
      createdAt: new Date(row.created_at).toISOString(),
      provider,
      providerId,
      dialect,
      baseUrl,
      upstreamModel,
      ...rest,
    });
  }
}

/** The upstream that the model's own provider is. */
function ownUpstream(row: ModelRow, providerId: number): UpstreamRow {
  return {
    provider_id: providerId,
    upstream_model: row.upstream_model ?? row.title,
    priority: row.upstream_priority,
    weight: row.upstream_weight,
    is_enabled: row.is_upstream_enabled,
    input_cost: row.upstream_input_cost,
    output_cost: row.upstream_output_cost,
  };
}

function withoutRepeats(upstreams: readonly UpstreamEntry[]): UpstreamEntry[] {
  return [
    ...new Map(upstreams.toReversed().map((upstream) => [upstream.key, upstream])).values(),
  ].toReversed();
}

function costOf({ input_cost: input, output_cost: output }: UpstreamRow): UpstreamCost | null {
  if (input === null && output === null) return null;
  return Object.freeze({ inputUnits: toUnits(input ?? '0'), outputUnits: toUnits(output ?? '0') });
}

function priceOf(row: ModelRow): PriceEntry | null {
  const { type, input_price, output_price, extra_prices: extras } = row;
  if (!isPriced(type, { input_price, output_price, ...extras })) return null;
  const inputPrice = input_price ?? NO_PRICE;
  const outputPrice = output_price ?? NO_PRICE;
  const stored: PriceSnapshot =
    extras === null ? { inputPrice, outputPrice } : { inputPrice, outputPrice, extras };
  return Object.freeze({
    stored: Object.freeze(stored),
    inputUnits: toUnits(inputPrice),
    outputUnits: toUnits(outputPrice),
    extras: toExtraUnits(stored),
  });
}

/** Of tokens, for what is not billed by them. */
const NO_PRICE = fromUnits(0n);

function byTitle(a: ModelEntry, b: ModelEntry): number {
  return a.title < b.title ? -1 : a.title > b.title ? 1 : 0;
}
