import type { ProviderForm } from '@aigc/shared/provider-form';
import type { Reason } from '@aigc/shared/reasons';
import type { UsageDetails } from '@aigc/shared/usage-details';
import type { Endpoint } from '@aigc/shared/endpoint';
import type { RequestDocument } from './request-document.ts';

export type { Endpoint };

export type { UsageDetails } from '@aigc/shared/usage-details';

/** What every upstream dialect is made of. A provider is one file that exports a `ProviderDefinition`. */

export type JsonObject = Record<string, unknown>;

export interface UpstreamTarget {
  baseUrl: string;
  /** The upstream's own name for the model. */
  model: string;
  /** Null: the upstream takes calls without a key. */
  apiKey: string | null;
  /** The provider's own settings, as the definition's schema describes them. Absent: it has none. */
  settings?: Readonly<JsonObject>;
}

/**
 * A request ready to be sent: the parts of `body`, one after the other, are the exact bytes. Headers that are
 * the same for every request of a target are the same object, which lets the client remember what it made of them.
 */
export interface UpstreamRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: readonly Buffer[];
}

/** An answer made without a network, in the form an upstream would give it. */
export interface InProcessAnswer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Buffer>;
}

/** Tokens of one call, as the upstream counted them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Part of the input tokens that came from the upstream's cache. */
  cachedTokens: number;
  /** Part of the output tokens that were spent on reasoning. */
  reasoningTokens: number;
  /** What was used beside plain tokens; left out where there is nothing to say. */
  details?: UsageDetails;
}

/** What an upstream's error answer says, in its own words. */
export interface UpstreamErrorBody {
  message: string;
  type: string | null;
  code: string | null;
  param: string | null;
  /** When to try again, where the body says it instead of a header. */
  retryAfterSeconds?: number;
}

/** What became of a request's parameters on the way to an upstream that knows them by other names, or not at all. */
export interface ParameterReport {
  /** Carried in another form. */
  mapped: readonly string[];
  /** Left out, because the upstream has nothing like them. */
  dropped: readonly string[];
}

/** A request in the upstream's own form. */
export interface MappedRequest {
  url: string;
  /** `POST` if it is left out. With `GET` no body is sent. */
  method?: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: JsonObject;
  parameters: ParameterReport;
}

/** What a request is mapped for. */
export interface MappingContext {
  target: UpstreamTarget;
  isStream: boolean;
  /** The model's own maximum of output tokens, for upstreams that must be given a limit; null: not known. */
  maxOutputTokens: number | null;
}

/** What an answer is read with. */
export interface AnswerContext {
  target: UpstreamTarget;
  /** The request in OpenAI's form, as it was mapped. */
  request: JsonObject;
}

/** One event of a stream, as its upstream sent it. */
export interface UpstreamEvent {
  event: string | null;
  data: string;
}

/** Turns the events of one stream into chunks. @throws UpstreamAnswerError */
export interface ChunkMapper {
  /** `chat.completion.chunk` objects; usage comes in a last one without choices. */
  read(event: UpstreamEvent): JsonObject[];
  /** The upstream has ended its stream. */
  end(): JsonObject[];
}

/**
 * How an endpoint is carried to an upstream that serves it in another form. Requests and answers are those of
 * OpenAI's API on our side. @throws RequestMappingError, UpstreamAnswerError
 */
export interface EndpointMapping {
  request(request: JsonObject, context: MappingContext): MappedRequest;
  answer(answer: JsonObject, context: AnswerContext): JsonObject;
}

export interface ChatMapping extends EndpointMapping {
  openStream(context: AnswerContext): ChunkMapper;
}

/** What an error answer means for what is done next, in the words of routing. */
export type FailureKind =
  'authentication' | 'quota' | 'rate_limit' | 'overloaded' | 'request' | 'content_filter' | 'broken';

/** An upstream's error answer. */
export interface ErrorAnswer {
  status: number;
  /** As `readError` read it; undefined if it is not in the dialect's form. */
  error: UpstreamErrorBody | undefined;
  /** The parsed body; undefined if it is not JSON. */
  body: unknown;
}

/** A short-lived token, and when it ends, in milliseconds since the epoch. */
export interface AccessToken {
  token: string;
  expiresAtMs: number;
}

/**
 * How an upstream is called that takes short-lived tokens instead of the provider's secret. Pure: whoever uses
 * it sends the request, keeps the token, and adds it to every call.
 * @throws CredentialError, naming what is wrong with the secret
 */
export interface AccessTokenSource {
  request(secret: string, nowMs: number): { url: string; headers: Record<string, string>; body: string };
  read(answer: { status: number; body: unknown }, nowMs: number): AccessToken;
}

export interface ProviderDefinition {
  id: string;
  label: string;
  /** Endpoints that the upstream takes in the caller's own form: bytes pass as they are, `model` aside. */
  serves(endpoint: Endpoint, target: UpstreamTarget): boolean;
  /** How chat completions are carried, if they are not served. */
  chat?: ChatMapping;
  /** How embeddings are carried, if they are not served. */
  embeddings?: EndpointMapping;
  /** True if the answer must be asked for with `stream_options.include_usage` to report usage in a stream. */
  usageInStreamOnRequest: boolean;
  /** A chat request's own name for the limit of output tokens, for a limit that the gateway must add. */
  outputLimitField(target: UpstreamTarget): string;
  /** A request of a served endpoint (`model` still the caller's) as it is sent. */
  buildRequest(target: UpstreamTarget, endpoint: Endpoint, request: RequestDocument): UpstreamRequest;
  /** Reads the usage object of an answer or of a stream's chunk; undefined if it reports none. */
  readUsage(answer: Record<string, unknown>): Usage | undefined;
  /** Reads an error answer; undefined if it is not in the dialect's form. */
  readError(answer: unknown, target?: UpstreamTarget): UpstreamErrorBody | undefined;
  /** How the models that an upstream has are listed, where that is not as OpenAI does it. */
  modelList?: {
    request(target: UpstreamTarget): Pick<MappedRequest, 'url' | 'headers'>;
    read(answer: JsonObject): string[];
  };
  /** What an error answer means, where its status alone does not say it; undefined: what its status says. */
  classify?(answer: ErrorAnswer): FailureKind | undefined;
  /**
   * The provider's secret is exchanged for tokens. Mappings then send no credential: the token is added as
   * `authorization: Bearer …` when a request is sent.
   */
  accessToken?: AccessTokenSource;
  /**
   * Checks a secret that is more than a key, and says what is kept of it and how people tell it from others.
   * @throws CredentialError
   */
  readSecret?(text: string): { secret: string; hint: string | null };
  /** What is wrong with settings beyond what the form can say, in English, by their names. */
  checkSettings?(values: Readonly<JsonObject>): Record<string, string | Reason>;
  /** Settings as they may be written to a file that others read; absent: as they are. */
  shareableSettings?(values: Readonly<JsonObject>): JsonObject;
  /** The provider's form: its usual address, what its secret is, and its own settings. Absent: an address and a key. */
  form?: ProviderForm;
  /** Answers without an upstream. Only the demo provider has it. */
  answer?(endpoint: Endpoint, body: Buffer, signal: AbortSignal): InProcessAnswer;
}
