import type { BegunCall } from '@aigc/core/calls/call';
import type {
  KeyEntry,
  ModelEntry,
  OwnKeyEntry,
  UpstreamEntry,
  UserEntry,
} from '@aigc/core/snapshot/snapshot';
import type { Endpoint, ProviderDefinition, UpstreamTarget, UsageDetails } from '@aigc/providers/definition';
import type { Permit } from '../../limits/limiter.ts';
import type { Trust } from '../../outbound/outbound-error.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { FormRequest } from '../form/form-request.ts';
import type { Reply } from '../reply.ts';

/** What each stage of a call adds. A stage takes what those before it made, so a wrong order does not compile. */

export interface Identified {
  reply: Reply;
  requestId: string;
  /** From `performance.now()`: durations do not follow the wall clock. */
  startedAtMs: number;
  /** ISO 8601; the call's place in log and rollups. */
  createdAt: string;
  clientIp: string | null;
  source: 'api' | 'playground';
  /** The path as the log shows it, e.g. `chat/completions`. */
  route: string;
}

export interface Caller {
  user: UserEntry;
  /** Null: signed in, from the playground. */
  key: KeyEntry | null;
  organisationId: string;
  projectId: string;
  accountId: string;
}

export interface Authenticated extends Identified {
  caller: Caller;
}

/** What the gateway must know of a request, whatever its API. */
export interface ParsedRequest {
  endpoint: Endpoint;
  /** The JSON that is forwarded; unknown fields are in it untouched. */
  body: ScannedBody;
  /** The title asked for; null: the active model. */
  model: string | null;
  isStream: boolean;
  /** The client's own stream options; null: none given. */
  streamOptions: Readonly<Record<string, unknown>> | null;
  /** The client asked for a usage chunk in its stream. */
  wantsUsage: boolean;
  hasImage: boolean;
  /** The client's own limit of output tokens per completion; null: none given. */
  outputLimit: number | null;
  /** How many completions are asked for (`n`). */
  completions: number;
  /** The most it can use beside tokens (images, seconds of audio, characters); absent: none of it. */
  detailBounds?: UsageDetails;
  /** What was sent as a form; `body` then is what is known of it as JSON. Absent: `body` itself is forwarded. */
  form?: FormRequest;
  /** The most prompt tokens that it counts as beside those that its JSON could; absent: none. */
  extraPromptTokens?: number;
  /** It refers to things that may fill the model's whole context, however small it is itself. */
  fillsContext?: boolean;
  /** Headers of the client's that an upstream of the same API is sent; null: none. */
  forwardedHeaders: Readonly<Record<string, string>> | null;
}

export interface Parsed extends Authenticated {
  request: ParsedRequest;
}

/** A model and how it is called at one of its upstreams. */
export interface ResolvedModel {
  entry: ModelEntry;
  upstream: UpstreamEntry;
  definition: ProviderDefinition;
  target: UpstreamTarget;
  trust: Trust;
  /** The caller's own key for the provider, which the target has; null: the platform's, or a local model's. */
  ownKey: OwnKeyEntry | null;
}

export interface Resolved extends Parsed {
  /** The model asked for, at its first upstream. */
  model: ResolvedModel;
  /** Where calls of it may go. */
  upstreams: readonly UpstreamEntry[];
  /** Models that may answer in its place. */
  fallbacks: readonly ModelEntry[];
}

/** The most a call can use. */
export interface TokenBounds {
  /** No upstream can count more prompt tokens than this. */
  prompt: number;
  /** For each completion. */
  output: number;
}

export interface Admitted extends Resolved {
  bounds: TokenBounds;
  /** Null: no limit applies. */
  permit: Permit | null;
}

export interface Reserved extends Admitted {
  call: BegunCall;
  /** Set when the balance did not cover the model's own maximum: the limit that is sent upstream. */
  appliedOutputLimit: number | null;
}
