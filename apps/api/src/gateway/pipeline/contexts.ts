import type { BegunCall, PriceSnapshot } from '@aigc/core/calls/call';
import type { Endpoint, ProviderDefinition, UpstreamTarget } from '@aigc/providers/definition';
import type { JsonObject } from '../body/parse-json-object.ts';
import type { Trust } from '../../outbound/outbound-error.ts';

/** What each stage of a call adds. A stage takes what those before it made, so a wrong order does not compile. */

export interface Identified {
  requestId: string;
  /** From `performance.now()`: durations do not follow the wall clock. */
  startedAtMs: number;
  /** ISO 8601; the call's place in log and rollups. */
  createdAt: string;
  clientIp: string | null;
  source: 'api' | 'playground';
  /** The path as the log shows it, e.g. `chat/completions`. */
  route: string;
  /** Aborted when the client leaves before the end of its answer. */
  clientGone: AbortSignal;
}

export interface Caller {
  userId: string;
  organisationId: string;
  projectId: string;
  accountId: string;
  apiKeyId: number | null;
}

export interface Authenticated extends Identified {
  caller: Caller;
}

/** A request in OpenAI's shape, whatever form it came in. */
export interface ParsedRequest {
  endpoint: Endpoint;
  /** The JSON text that is forwarded; unknown fields are in it untouched. */
  text: string;
  value: JsonObject;
  /** The title asked for; null: the active model. */
  model: string | null;
  isStream: boolean;
  /** The client asked for a usage chunk in its stream. */
  wantsUsage: boolean;
  hasImage: boolean;
  /** No upstream can count more prompt tokens than this. */
  promptTokenBound: number;
  /** The client's own limit of output tokens per completion; null: none given. */
  outputLimit: number | null;
  /** How many completions are asked for (`n`). */
  completions: number;
}

export interface Parsed extends Authenticated {
  request: ParsedRequest;
}

export interface ResolvedModel {
  id: number;
  title: string;
  isLocal: boolean;
  price: PriceSnapshot | null;
  contextLength: number | null;
  maxOutputTokens: number | null;
  provider: string | null;
  definition: ProviderDefinition;
  target: UpstreamTarget;
  trust: Trust;
}

export interface Resolved extends Parsed {
  model: ResolvedModel;
}

export interface Reserved extends Resolved {
  call: BegunCall;
  /** Set when the balance did not cover the model's own maximum: the limit that is sent upstream. */
  appliedOutputLimit: number | null;
}
