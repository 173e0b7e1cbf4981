import type { ModelType } from '@aigc/shared/schemas/models';
import type { RoutingStrategy } from '@aigc/shared/schemas/routing';
import type { MoneyUnits } from '@aigc/shared/money-units';
import type { BlockList } from 'node:net';
import type { BodyLogging } from '../settings/settings.ts';
import type { KeyBudget } from '../calls/call-books.ts';
import type { PriceSnapshot } from '../calls/call.ts';
import type { UnitPrices } from '../calls/cost-units.ts';

/** Null: no limit of that kind. Requests and tokens are per minute. */
export interface RateLimits {
  rpm: number | null;
  tpm: number | null;
  concurrency: number | null;
}

/** A model key, with all that authenticating a call needs. Frozen; a change makes a new one. */
export interface KeyEntry {
  id: number;
  status: 'active' | 'disabled';
  /** Milliseconds since the epoch; null: never. */
  expiresAtMs: number | null;
  projectId: string;
  organisationId: string;
  accountId: string;
  owner: UserEntry;
  limits: RateLimits;
  budget: KeyBudget | null;
  /** Titles; null: every model its owner may call. */
  allowedModels: ReadonlySet<string> | null;
  /** Null: from anywhere. */
  allowedAddresses: BlockList | null;
  /** A parameter that an upstream cannot be told is an error. */
  strictParameters: boolean;
}

export interface UserEntry {
  id: string;
  status: string;
  limits: RateLimits;
  /** Their own keys that their calls use, by provider id; null: none, as for most. */
  ownKeys: ReadonlyMap<number, OwnKeyEntry> | null;
}

/** A user's own key for a provider, sealed. Frozen; a change makes a new one. */
export interface OwnKeyEntry {
  id: number;
  providerId: number;
  /** `scheme://host:port` it may be sent to. */
  origin: string;
}

/** Prices in both forms. */
export interface PriceEntry extends UnitPrices {
  stored: PriceSnapshot;
}

/** One place where a model can be called. Frozen. */
export interface UpstreamEntry {
  /** Names it in this process: what is known of its health is kept under it. The same upstream of two models has one. */
  key: string;
  /** The provider's name; null for local models. */
  provider: string | null;
  /** Null for local models. */
  providerId: number | null;
  dialect: string;
  /** The provider's own settings; one object for all its upstreams. */
  settings: Readonly<Record<string, unknown>>;
  baseUrl: string;
  upstreamModel: string;
  /** Lower numbers are tried first. */
  priority: number;
  weight: number;
  /** What the operator pays; null: not known. */
  cost: UpstreamCost | null;
}

/** Per million tokens. */
export interface UpstreamCost {
  inputUnits: MoneyUnits;
  outputUnits: MoneyUnits;
}

export interface ModelEntry {
  id: number;
  title: string;
  type: ModelType;
  capabilities: readonly string[];
  isLocal: boolean;
  /** The owner of a local model. */
  ownerId: string | null;
  isApiEnabled: boolean;
  /** Null: local, or a cloud model without a price. */
  price: PriceEntry | null;
  contextLength: number | null;
  maxOutputTokens: number | null;
  limits: RateLimits;
  /** The provider's name; null for local models. This and the next four are those of the first upstream. */
  provider: string | null;
  /** Null for local models. */
  providerId: number | null;
  dialect: string;
  baseUrl: string;
  upstreamModel: string;
  /** Where it may be called now, by priority: at least one of any model that can be found. */
  upstreams: readonly UpstreamEntry[];
  strategy: RoutingStrategy;
  /** Other titles under which it is found. */
  aliases: readonly string[];
  /** Ids of the models that answer in its place, in order. */
  fallbackIds: readonly number[];
  createdAt: string;
}

/**
 * Keys, models, prices and policies of the whole installation in memory. What answers at once comes from
 * memory; a promise is a look-up of something memory lacks. A change anywhere is here within a second.
 * Every method @throws AppError `service_unavailable` when memory is older than it may be.
 */
export interface Snapshot {
  /** A model key by its text; null: there is none. */
  findKey(key: string): KeyEntry | null | Promise<KeyEntry | null>;
  /** The caller's own local model of that title before the cloud's; null: none that this user may see. */
  findModel(title: string, userId: string): ModelEntry | null | Promise<ModelEntry | null>;
  /** The model an administrator made active for calls that name none. */
  activeModel(role: 'language' | 'vision'): ModelEntry | null;
  /** Everything this user may call, by title; a local model hides the cloud model of the same title. */
  callableModels(userId: string): readonly ModelEntry[];
  /** Null: the user has gone. */
  findUser(userId: string): UserEntry | null | Promise<UserEntry | null>;
  /** Those of a model's fallbacks that can be found now, in order. */
  fallbacksOf(model: ModelEntry): readonly ModelEntry[];
  /** The credential of an upstream, or of a model's first, opened; null: it takes calls without one. */
  upstreamKey(upstream: UpstreamEntry | ModelEntry): string | null;
  /** A user's own key for a provider, opened. */
  ownKey(key: OwnKeyEntry): string;
  /** Whose requests and answers are kept; null: nobody's. Never throws, however old memory is. */
  bodyLogging(): BodyLogging | null;
  /** Since memory was last known to be current. Never throws. */
  ageMs(): number;
  /** Resolves once everything that was committed before is in memory. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
