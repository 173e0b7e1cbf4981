/**
 * What a provider plug-in is made of. This file imports nothing: authors copy it beside their plug-in and write
 * `export default { … } satisfies ProviderPlugin`.
 *
 * A plug-in says how chat completions (and embeddings) in OpenAI's form become requests of its provider's API, and how
 * the answers come back. It is pure: the platform sends the requests, through its own address rules, with deadlines and
 * limits, and does authentication, billing, retries and logging.
 */
export interface ProviderPlugin {
  /** The version of this description. */
  apiVersion: 1;
  /** Names the dialect in the database, for good: lower case letters, digits and hyphens, 2 to 40 characters. */
  id: string;
  /** Shown to administrators. */
  label: string;
  /** Shown to administrators; left out: that of the package. */
  version?: string;
  /** The provider's form in the panel; left out: an address and an API key. */
  form?: PluginForm;

  /**
   * Endpoints that the upstream takes in OpenAI's own form, such as `chat/completions` or `embeddings`: their bytes pass
   * as they are, by `buildRequest`. Left out: none.
   */
  serves?(endpoint: string, target: PluginTarget): boolean;
  /** A request of a served endpoint as it is sent. Needed with `serves`. */
  buildRequest?(target: PluginTarget, endpoint: string, request: PluginDocument): PluginBytesRequest;

  /** How chat completions are carried, where they are not served. */
  chat?: PluginChatMapping;
  /** How embeddings are carried, where they are not served. */
  embeddings?: PluginMapping;

  /** True if a served stream reports its usage only when asked by `stream_options.include_usage`. Left out: true. */
  usageInStreamOnRequest?: boolean;
  /** A served chat request's name for the limit of output tokens. Left out: `max_tokens`. */
  outputLimitField?(target: PluginTarget): string;
  /** The usage that a served answer, or a chunk of a served stream, reports. Left out: OpenAI's `usage`. */
  readUsage?(answer: PluginJson): PluginUsage | undefined;
  /** What an error answer says. Left out: `{error: {message}}` and the forms near to it. */
  readError?(answer: unknown): PluginErrorBody | undefined;
  /** What an error answer means for retries, where its status alone does not say it. */
  classify?(answer: {
    status: number;
    error: PluginErrorBody | undefined;
    body: unknown;
  }): PluginFailureKind | undefined;
}

export type PluginJson = Record<string, unknown>;

/** Whom a call goes to. */
export interface PluginTarget {
  baseUrl: string;
  /** The upstream's own name for the model. */
  model: string;
  /** The provider's secret; null: none was entered. */
  apiKey: string | null;
  /** The values of `form.settings`. */
  settings?: Readonly<PluginJson>;
}

/** A request in the upstream's own form. */
export interface PluginRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: PluginJson;
  /** Which of the request's parameters were carried in another form, and which were left out. */
  parameters: { mapped: readonly string[]; dropped: readonly string[] };
}

/** A request whose bytes are passed on. */
export interface PluginBytesRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: readonly Uint8Array[];
}

/** A client's request as it wrote it. */
export interface PluginDocument {
  readonly text: string;
  /** Its bytes with these top-level members set, such as `model`; all else stays as it is. */
  with(members: PluginJson | null): readonly Uint8Array[];
}

export interface PluginMapping {
  request(
    request: PluginJson,
    context: { target: PluginTarget; isStream: boolean; maxOutputTokens: number | null },
  ): PluginRequest;
  /** A whole answer, as OpenAI's API would give it, with `usage`. */
  answer(answer: PluginJson, context: PluginAnswerContext): PluginJson;
}

export interface PluginChatMapping extends PluginMapping {
  /** Reads one stream of server-sent events into `chat.completion.chunk` objects. */
  openStream(context: PluginAnswerContext): {
    read(event: { event: string | null; data: string }): PluginJson[];
    /** The upstream has ended. Usage belongs into a last chunk whose `choices` is empty. */
    end(): PluginJson[];
  };
}

export interface PluginAnswerContext {
  target: PluginTarget;
  /** The request in OpenAI's form, as it was mapped. */
  request: PluginJson;
}

/** Whole numbers. */
export interface PluginUsage {
  inputTokens: number;
  outputTokens: number;
  /** Part of the input tokens. */
  cachedTokens?: number;
  /** Part of the output tokens. */
  reasoningTokens?: number;
}

export interface PluginErrorBody {
  message: string;
  type: string | null;
  code: string | null;
  param: string | null;
}

export type PluginFailureKind =
  'authentication' | 'quota' | 'rate_limit' | 'overloaded' | 'request' | 'content_filter' | 'broken';

/** A text in the panel's languages; it falls back to English. */
export interface PluginText {
  en: string;
  'zh-CN'?: string;
}

/** What the form of a provider asks for, as data. */
export interface PluginForm {
  address?: { default?: string; placeholder?: string; help?: PluginText; isWhole?: boolean };
  secret?: { label: PluginText; help?: PluginText; isMultiline?: boolean; required?: boolean };
  settings?: PluginField[];
}

interface PluginFieldBase {
  /** Lower case, e.g. `api_version`: the name in `target.settings`. */
  name: string;
  label: PluginText;
  help?: PluginText;
  required?: boolean;
}

export type PluginField =
  | (PluginFieldBase & {
      kind: 'text';
      default?: string;
      placeholder?: string;
      maxLength?: number;
      pattern?: { source: string; message: PluginText };
      isMultiline?: boolean;
      suggestions?: string[];
    })
  | (PluginFieldBase & {
      kind: 'choice';
      default?: string;
      options: { value: string; label: PluginText }[];
    })
  | (PluginFieldBase & { kind: 'number'; default?: number; min?: number; max?: number })
  | (PluginFieldBase & { kind: 'switch'; default?: boolean });

/**
 * What a mapping throws is told by `name`, because a plug-in imports nothing of the platform:
 * - `RequestMappingError` with `param`: the request cannot be carried; its caller gets 400 with the message.
 * - `UpstreamAnswerError`: the answer is an error, or is not understood; 502 with the message.
 * Anything else is a fault of the plug-in: its caller gets 502 `plugin_failed`, administrators see the text.
 */
export interface PluginError extends Error {
  name: 'RequestMappingError' | 'UpstreamAnswerError';
  param?: string;
}
