import type { JsonObject } from '../../definition.ts';
import { callItem, reasoningItem, textPart, type CallItem } from './from-chat.ts';
import { REPLAYED_MEMBERS, writeDetails } from './input-items.ts';

/** Gives an event its place in the stream. */
export type Emit = (type: string, members: JsonObject) => void;

export type ItemEnd = 'completed' | 'incomplete';

/** An item of a response while it is written: added, filled by deltas, done. */
export interface OpenItem {
  /** The events that end it. Nothing happens to one that has ended. */
  close(status: ItemEnd): void;
  /** As it stands. */
  snapshot(): JsonObject;
}

export interface Place {
  id: string;
  outputIndex: number;
  emit: Emit;
}

/** A text inside an item: its part is announced, told in deltas, and repeated whole at its end. */
interface OpenPart {
  kind: 'output_text' | 'refusal' | 'reasoning_text';
  text: string;
  logprobs: unknown[];
}

const DELTA_EVENTS = {
  output_text: 'response.output_text',
  refusal: 'response.refusal',
  reasoning_text: 'response.reasoning_text',
} as const;

/** What the model says, or thinks: an item of parts of text. */
export class TextItem implements OpenItem {
  readonly #place: Place;
  readonly #type: 'message' | 'reasoning';
  readonly #parts: OpenPart[] = [];
  /** `REPLAYED_MEMBERS` of the deltas, each a list. */
  readonly #kept: Record<string, unknown[]> = {};
  #status: 'in_progress' | ItemEnd = 'in_progress';

  constructor(place: Place, type: 'message' | 'reasoning') {
    this.#place = place;
    this.#type = type;
    place.emit('response.output_item.added', { output_index: place.outputIndex, item: this.snapshot() });
  }

  /** More text of a kind; another kind than before begins a part of its own. */
  add(kind: OpenPart['kind'], delta: string, logprobs: unknown[] = []): void {
    let part = this.#parts.at(-1);
    if (part?.kind !== kind) {
      this.#endPart();
      part = { kind, text: '', logprobs: [] };
      this.#parts.push(part);
      this.#emitPart('response.content_part.added', part);
    }
    part.text += delta;
    part.logprobs.push(...logprobs);
    if (delta === '') return;
    const more = kind === 'output_text' ? { logprobs } : {};
    this.#emit(`${DELTA_EVENTS[kind]}.delta`, { content_index: this.#parts.length - 1, delta, ...more });
  }

  /** What the upstream wants back of its thoughts: it comes piece by piece, each of them whole. */
  keep(delta: JsonObject): void {
    for (const name of REPLAYED_MEMBERS) {
      const pieces = delta[name];
      if (Array.isArray(pieces)) (this.#kept[name] ??= []).push(...(pieces as unknown[]));
    }
  }

  close(status: ItemEnd): void {
    if (this.#status !== 'in_progress') return;
    this.#endPart();
    this.#status = status;
    this.#place.emit('response.output_item.done', {
      output_index: this.#place.outputIndex,
      item: this.snapshot(),
    });
  }

  snapshot(): JsonObject {
    const { id } = this.#place;
    if (this.#type === 'reasoning') {
      const text = this.#parts.map((part) => part.text).join('');
      return reasoningItem(id, text, writeDetails(this.#kept));
    }
    return {
      id,
      type: 'message',
      status: this.#status,
      role: 'assistant',
      content: this.#parts.map((part) => partObject(part)),
    };
  }

  #endPart(): void {
    const part = this.#parts.at(-1);
    if (part === undefined) return;
    const { kind, text, logprobs } = part;
    const said = kind === 'refusal' ? { refusal: text } : { text };
    const more = kind === 'output_text' ? { logprobs } : {};
    this.#emit(`${DELTA_EVENTS[kind]}.done`, { content_index: this.#parts.length - 1, ...said, ...more });
    this.#emitPart('response.content_part.done', part);
  }

  #emitPart(type: string, part: OpenPart): void {
    this.#emit(type, { content_index: this.#parts.length - 1, part: partObject(part) });
  }

  #emit(type: string, members: JsonObject): void {
    const { id, outputIndex, emit } = this.#place;
    emit(type, { item_id: id, output_index: outputIndex, ...members });
  }
}

function partObject({ kind, text, logprobs }: OpenPart): JsonObject {
  if (kind === 'refusal') return { type: kind, refusal: text };
  return kind === 'reasoning_text' ? { type: kind, text } : textPart(text, { logprobs: [...logprobs] });
}

/** A tool call: its name is known when it is added, its arguments come in pieces. */
export class FunctionCallItem implements OpenItem {
  readonly #place: Place;
  readonly #call: CallItem;

  constructor(place: Place, call: Pick<CallItem, 'callId' | 'name' | 'extraContent'>) {
    this.#place = place;
    this.#call = { id: place.id, ...call, arguments: '', status: 'in_progress' };
    place.emit('response.output_item.added', { output_index: place.outputIndex, item: this.snapshot() });
  }

  add(delta: string): void {
    if (delta === '') return;
    this.#call.arguments += delta;
    this.#emit('response.function_call_arguments.delta', { delta });
  }

  close(status: ItemEnd): void {
    if (this.#call.status !== 'in_progress') return;
    this.#emit('response.function_call_arguments.done', {
      name: this.#call.name,
      arguments: this.#call.arguments,
    });
    this.#call.status = status;
    this.#place.emit('response.output_item.done', {
      output_index: this.#place.outputIndex,
      item: this.snapshot(),
    });
  }

  snapshot(): JsonObject {
    return callItem(this.#call);
  }

  #emit(type: string, members: JsonObject): void {
    const { id, outputIndex, emit } = this.#place;
    emit(type, { item_id: id, output_index: outputIndex, ...members });
  }
}
