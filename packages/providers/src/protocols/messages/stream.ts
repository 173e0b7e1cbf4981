import type { FrameWriter, SseFrame, WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { BlockQueue } from './block-queue.ts';
import { emptyMessage, messageUsage, stopMembers, type Ending } from './message.ts';
import { wantsThinking } from './to-chat.ts';

const TEXT = { type: 'text', text: '', citations: null };
const THINKING = { type: 'thinking', thinking: '', signature: '' };

/** Writes the chunks of a chat completion as https://platform.claude.com/docs/en/build-with-claude/streaming */
export class MessageWriter implements FrameWriter {
  readonly #context: WritingContext;
  readonly #blocks = new BlockQueue();
  readonly #wantsThinking: boolean;
  readonly #ending: Ending = { finishReason: null, stopReason: null, hasCalls: false, refusal: null };
  /** Ids of the latest calls, by their place. */
  readonly #calls = new Map<number, string>();
  #hasBegun = false;
  #usage: unknown;

  constructor(context: WritingContext) {
    this.#context = context;
    this.#wantsThinking = wantsThinking(context.request);
  }

  read(chunk: JsonObject): SseFrame[] {
    const frames = this.#begin();
    if (isObject(chunk.usage)) this.#usage = chunk.usage;
    // A message has one answer only.
    const choice = objectsOf(chunk.choices).find(({ index }) => (index ?? 0) === 0);
    if (choice === undefined) return frames;
    frames.push(...this.#readDelta(objectOf(choice.delta)));
    if ((choice.finish_reason ?? null) !== null) {
      this.#ending.finishReason = choice.finish_reason;
      this.#ending.stopReason = choice.stop_reason;
      frames.push(...this.#blocks.closeAll());
    }
    return frames;
  }

  end(): SseFrame[] {
    const { request } = this.#context;
    return [
      ...this.#begin(),
      ...this.#blocks.closeAll(),
      frame('message_delta', {
        delta: { container: null, ...stopMembers(this.#ending, request) },
        usage: messageUsage(this.#usage),
      }),
      frame('message_stop', {}),
    ];
  }

  #begin(): SseFrame[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    return [frame('message_start', { message: emptyMessage(this.#context) })];
  }

  #readDelta(delta: JsonObject): SseFrame[] {
    const frames = this.#wantsThinking ? this.#readThoughts(delta) : [];
    const refusal = stringOf(delta.refusal);
    if (refusal !== null && refusal !== '') this.#ending.refusal = (this.#ending.refusal ?? '') + refusal;
    for (const text of [stringOf(delta.content), refusal]) {
      if (text === null || text === '') continue;
      frames.push(...this.#blocks.add('text', TEXT, [{ type: 'text_delta', text }]));
    }
    for (const call of objectsOf(delta.tool_calls)) frames.push(...this.#readCall(call));
    return frames;
  }

  #readThoughts(delta: JsonObject): SseFrame[] {
    const frames: SseFrame[] = [];
    const thinking = stringOf(delta.reasoning_content) ?? stringOf(delta.reasoning) ?? '';
    if (thinking !== '') {
      frames.push(...this.#blocks.add('thinking', THINKING, [{ type: 'thinking_delta', thinking }]));
    }
    for (const block of objectsOf(delta.thinking_blocks)) {
      if (block.type === 'thinking') {
        const signed = { type: 'signature_delta', signature: block.signature };
        frames.push(...this.#blocks.add('thinking', THINKING, [signed]), ...this.#blocks.close('thinking'));
      } else frames.push(...this.#blocks.add('redacted', block, []), ...this.#blocks.close('redacted'));
    }
    return frames;
  }

  #readCall(call: JsonObject): SseFrame[] {
    this.#ending.hasCalls = true;
    const { name, arguments: json } = objectOf(call.function);
    const start = { type: 'tool_use', id: call.id, name, input: {}, caller: { type: 'direct' } };
    const deltas =
      typeof json === 'string' && json !== '' ? [{ type: 'input_json_delta', partial_json: json }] : [];
    return this.#blocks.add(this.#keyOf(call), start, deltas);
  }

  /** Some servers give every call the same index: another id is another call. */
  #keyOf({ index, id }: JsonObject): string {
    const place = typeof index === 'number' ? index : 0;
    const known = this.#calls.get(place);
    if (typeof id !== 'string' || id === '' || id === known) return `${place} ${known ?? ''}`;
    this.#calls.set(place, id);
    return `${place} ${id}`;
  }
}

function frame(type: string, members: JsonObject): SseFrame {
  return { event: type, data: { type, ...members } };
}
