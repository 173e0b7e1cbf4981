import type { FrameWriter, SseFrame, WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import {
  createdAtSeconds,
  incompleteReason,
  responseLogprobs,
  responseObject,
  ResponseIds,
  type ResponseState,
} from './envelope.ts';
import { REPLAYED_MEMBERS } from './input-items.ts';
import { FunctionCallItem, TextItem, type ItemEnd, type OpenItem, type Place } from './open-items.ts';

/** A tool call of which too little has come to announce it. */
interface PendingCall {
  id: string | null;
  arguments: string;
  extraContent: unknown;
}

/**
 * Writes a response's events from the chunks of a chat completion, in the order that OpenAI's clients insist on:
 * an item is added before its parts, a part before its text, and each is done before the response is.
 */
export class ResponseWriter implements FrameWriter {
  readonly #context: WritingContext;
  readonly #ids: ResponseIds;
  readonly #state: ResponseState;
  readonly #items: OpenItem[] = [];
  /** The item that text goes to; a tool call or the other kind of text ends it. */
  #text: { kind: 'message' | 'reasoning'; item: TextItem } | null = null;
  /** By their index in the chat. They stay open until the end, because their pieces may be interleaved. */
  readonly #calls = new Map<number, FunctionCallItem | PendingCall>();
  #lastCall = -1;
  #frames: SseFrame[] = [];
  #sequence = 0;
  #hasBegun = false;

  constructor(context: WritingContext) {
    this.#context = context;
    this.#ids = new ResponseIds(context);
    this.#state = {
      id: this.#ids.response,
      createdAtSeconds: 0,
      status: 'in_progress',
      output: [],
      finishReason: null,
      usage: undefined,
      error: null,
    };
  }

  read(chunk: JsonObject): SseFrame[] {
    this.#begin(chunk.created);
    if (isObject(chunk.usage)) this.#state.usage = chunk.usage;
    for (const choice of objectsOf(chunk.choices)) {
      // A response has one answer.
      if ((choice.index ?? 0) === 0) this.#readChoice(choice);
    }
    return this.#take();
  }

  end(): SseFrame[] {
    this.#begin(undefined);
    const status = incompleteReason(this.#state.finishReason) === null ? 'completed' : 'incomplete';
    this.#openPending();
    if (this.#items.length === 0) this.#textItem('message').add('output_text', '');
    for (const item of this.#items) item.close(status);
    this.#emitResponse(`response.${status}`, status);
    return this.#take();
  }

  fail({ message, code }: { message: string; code: string }): SseFrame[] {
    this.#begin(undefined);
    this.#state.error = { code, message };
    this.#emitResponse('response.failed', 'failed');
    return this.#take();
  }

  #begin(created: unknown): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#state.createdAtSeconds = createdAtSeconds(created);
    this.#emitResponse('response.created', 'in_progress');
    this.#emitResponse('response.in_progress', 'in_progress');
  }

  #readChoice(choice: JsonObject): void {
    const delta = objectOf(choice.delta);
    const reasoning = stringOf(delta.reasoning_content) ?? stringOf(delta.reasoning) ?? '';
    if (reasoning !== '') this.#textItem('reasoning').add('reasoning_text', reasoning);
    if (REPLAYED_MEMBERS.some((name) => Array.isArray(delta[name]))) this.#textItem('reasoning').keep(delta);
    const text = stringOf(delta.content) ?? '';
    const logprobs = responseLogprobs(choice.logprobs);
    if (text !== '') this.#textItem('message').add('output_text', text, logprobs);
    const refusal = stringOf(delta.refusal) ?? '';
    if (refusal !== '') this.#textItem('message').add('refusal', refusal);
    for (const call of objectsOf(delta.tool_calls)) this.#readCall(call);
    const finishReason = stringOf(choice.finish_reason);
    if (finishReason !== null && finishReason !== '') this.#state.finishReason = finishReason;
  }

  #textItem(kind: 'message' | 'reasoning'): TextItem {
    if (this.#text?.kind === kind) return this.#text.item;
    this.#closeText();
    const item = new TextItem(this.#place(kind === 'message' ? 'msg' : 'rs'), kind);
    this.#items.push(item);
    this.#text = { kind, item };
    return item;
  }

  #closeText(): void {
    this.#text?.item.close('completed');
    this.#text = null;
  }

  #readCall(call: JsonObject): void {
    const id = stringOf(call.id);
    const index = this.#callIndex(call.index, id);
    this.#lastCall = index;
    const { name, arguments: given } = objectOf(call.function);
    const piece = stringOf(given) ?? '';
    const known = this.#calls.get(index);
    if (known instanceof FunctionCallItem) {
      known.add(piece);
      return;
    }
    const pending: PendingCall = {
      id: known?.id ?? id,
      arguments: (known?.arguments ?? '') + piece,
      extraContent: known?.extraContent ?? call.extra_content,
    };
    this.#calls.set(index, pending);
    if (typeof name === 'string' && name !== '') this.#open(index, pending, name);
  }

  /** Some upstreams leave the index out: then a new id begins a call, and anything else goes on with the last. */
  #callIndex(index: unknown, id: string | null): number {
    if (typeof index === 'number') return index;
    const isNew = this.#lastCall === -1 || (id !== null && id !== '');
    return isNew ? this.#lastCall + 1 : this.#lastCall;
  }

  #open(index: number, pending: PendingCall, name: string): void {
    this.#closeText();
    const callId = pending.id === null || pending.id === '' ? this.#ids.item('call') : pending.id;
    const item = new FunctionCallItem(this.#place('fc'), {
      callId,
      name,
      extraContent: pending.extraContent,
    });
    this.#items.push(item);
    this.#calls.set(index, item);
    item.add(pending.arguments);
  }

  /** Calls that never got a name are told all the same. */
  #openPending(): void {
    for (const [index, call] of this.#calls) {
      if (!(call instanceof FunctionCallItem)) this.#open(index, call, '');
    }
  }

  #place(prefix: 'msg' | 'fc' | 'rs'): Place {
    return {
      id: this.#ids.item(prefix),
      outputIndex: this.#items.length,
      emit: (type, members) => this.#emit(type, members),
    };
  }

  #emitResponse(type: string, status: ItemEnd | 'in_progress' | 'failed'): void {
    this.#state.status = status;
    this.#state.output = this.#items.map((item) => item.snapshot());
    this.#emit(type, { response: responseObject(this.#state, this.#context) });
  }

  #emit(type: string, members: JsonObject): void {
    this.#frames.push({ event: type, data: { type, sequence_number: this.#sequence, ...members } });
    this.#sequence += 1;
  }

  #take(): SseFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}
