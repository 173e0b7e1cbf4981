import { toUnits } from '@aigc/shared/money-units';
import type { Secrets } from '../secrets/secrets.ts';
import { localKeyBinding, providerKeyBinding } from '../upstreams/secret-bindings.ts';
import type { Interned } from './interned.ts';
import type { ModelRow, ProviderRow } from './rows.ts';
import { SealedSecret } from './sealed-secret.ts';
import type { ModelEntry, PriceEntry } from './snapshot.ts';

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
  readonly #localByOwner = new Map<string, Map<string, ModelEntry>>();
  /** Also of models that have changed since, for calls that still run with them. */
  readonly #secrets = new WeakMap<ModelEntry, SealedSecret>();
  /** Cloud models anyone may call, by title; null: to be made again. */
  #callableCloud: readonly ModelEntry[] | null = null;

  constructor(interned: Interned) {
    this.#interned = interned;
  }

  find(title: string, userId: string): ModelEntry | null {
    return this.#localByOwner.get(userId)?.get(title) ?? this.#cloudByTitle.get(title) ?? null;
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

  upstreamKey(model: ModelEntry, secrets: Secrets): string | null {
    return this.#secrets.get(model)?.open(secrets) ?? null;
  }

  /** Its models are written after it. */
  putProvider(row: ProviderRow): void {
    const { id, base_url: baseUrl } = row;
    const secret = new SealedSecret(row.api_key, () => providerKeyBinding({ id, baseUrl }));
    this.#providers.set(id, { row, secret });
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
    const own = entry.ownerId === null ? undefined : this.#localByOwner.get(entry.ownerId);
    if (own?.get(entry.title) !== entry) return;
    own.delete(entry.title);
    if (own.size === 0 && entry.ownerId !== null) this.#localByOwner.delete(entry.ownerId);
  }

  #putLocal(row: ModelRow): void {
    const { id, user_id: userId, base_url: baseUrl } = row;
    if (userId === null || baseUrl === null) return;
    const upstream = { provider: null, providerId: null, dialect: 'openai-compatible', baseUrl, price: null };
    const entry = this.#toEntry(row, upstream);
    this.#byId.set(id, entry);
    this.#secrets.set(
      entry,
      new SealedSecret(row.local_api_key, () => localKeyBinding({ id, userId, baseUrl })),
    );
    const own = this.#localByOwner.get(userId) ?? new Map<string, ModelEntry>();
    this.#localByOwner.set(userId, own.set(entry.title, entry));
  }

  #putCloud(row: ModelRow): void {
    const provider = row.provider_id === null ? undefined : this.#providers.get(row.provider_id);
    if (provider === undefined) return;
    const { id: providerId, name, dialect, base_url: baseUrl, status } = provider.row;
    const upstream = { provider: name, providerId, dialect, baseUrl, price: priceOf(row) };
    const entry = this.#toEntry(row, upstream);
    this.#byId.set(row.id, entry);
    this.#secrets.set(entry, provider.secret);
    this.#callableCloud = null;
    if (status === 'enabled') this.#cloudByTitle.set(entry.title, entry);
  }

  #toEntry(
    row: ModelRow,
    upstream: Pick<ModelEntry, 'provider' | 'providerId' | 'dialect' | 'baseUrl' | 'price'>,
  ): ModelEntry {
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
      upstreamModel: row.upstream_model ?? row.title,
      createdAt: new Date(row.created_at).toISOString(),
      ...upstream,
    });
  }
}

function priceOf({ input_price: inputPrice, output_price: outputPrice }: ModelRow): PriceEntry | null {
  if (inputPrice === null || outputPrice === null) return null;
  const stored = Object.freeze({ inputPrice, outputPrice });
  return Object.freeze({ stored, inputUnits: toUnits(inputPrice), outputUnits: toUnits(outputPrice) });
}

function byTitle(a: ModelEntry, b: ModelEntry): number {
  return a.title < b.title ? -1 : a.title > b.title ? 1 : 0;
}
