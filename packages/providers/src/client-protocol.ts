import type { JsonObject, ParameterReport } from './definition.ts';

/** One event for a client: the object becomes the event's data, a text is the data as it is. */
export interface SseFrame {
  /** Null: the event has no name. */
  event: string | null;
  data: JsonObject | string;
}

/** A client's request, as a request for a chat completion. */
export interface ChatRequest {
  /** The limit of output tokens is `max_completion_tokens`, under which every dialect looks for it. */
  chat: JsonObject;
  parameters: ParameterReport;
}

/** What an answer is written with. */
export interface WritingContext {
  /** The client's own request. */
  request: JsonObject;
  /** The model as the client named it, or as it is called here. */
  model: string;
  /** Of the call, e.g. to make ids of. */
  requestId: string;
}

/** Writes one stream of a protocol from the chunks of a chat completion. */
export interface FrameWriter {
  read(chunk: JsonObject): SseFrame[];
  /** The answer is complete: what ends it. */
  end(): SseFrame[];
  /** The stream failed: what ends it; absent: the API's own way of telling so. */
  fail?(error: { message: string; code: string }): SseFrame[];
}

/**
 * An API that is carried over chat completions, for upstreams that do not serve it themselves.
 * @throws RequestMappingError where a request asks for what chat completions cannot do
 */
export interface ClientProtocol {
  toChat(request: JsonObject): ChatRequest;
  fromChat(answer: JsonObject, context: WritingContext): JsonObject;
  openStream(context: WritingContext): FrameWriter;
}
