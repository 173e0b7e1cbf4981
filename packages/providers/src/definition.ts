import type { RequestDocument } from './request-document.ts';

/** What every upstream dialect is made of. A provider is one file that exports a `ProviderDefinition`. */

/** Endpoints of the OpenAI API that a dialect can carry. */
export type Endpoint = 'chat/completions' | 'embeddings';

export interface UpstreamTarget {
  baseUrl: string;
  /** The upstream's own name for the model. */
  model: string;
  /** Null: the upstream takes calls without a key. */
  apiKey: string | null;
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
}

/** What an upstream's error answer says, in its own words. */
export interface UpstreamErrorBody {
  message: string;
  type: string | null;
  code: string | null;
  param: string | null;
}

export interface ProviderDefinition {
  id: string;
  label: string;
  /** True if the answer must be asked for with `stream_options.include_usage` to report usage in a stream. */
  usageInStreamOnRequest: boolean;
  /** The request's own name for the limit of output tokens, for a limit that the gateway must add. */
  outputLimitField(target: UpstreamTarget): string;
  /** Maps an OpenAI-shaped request (`model` still the caller's) to the upstream's. */
  buildRequest(target: UpstreamTarget, endpoint: Endpoint, request: RequestDocument): UpstreamRequest;
  /** Reads the usage object of an answer or of a stream's chunk; undefined if it reports none. */
  readUsage(answer: Record<string, unknown>): Usage | undefined;
  /** Reads an error answer; undefined if it is not in the dialect's form. */
  readError(answer: unknown): UpstreamErrorBody | undefined;
  /** Answers without an upstream. Only the demo provider has it. */
  answer?(endpoint: Endpoint, body: Buffer, signal: AbortSignal): InProcessAnswer;
}
