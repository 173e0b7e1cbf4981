import type { SseFrame } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, parseJson } from '../../json-values.ts';

/** A block of content that is written or waits to be. */
interface Block {
  /** Tells apart what a delta belongs to. */
  key: string;
  start: JsonObject;
  /** Deltas that came while another block was written. */
  waiting: JsonObject[];
  /** Of a tool's call: its arguments so far; null: it may end at any time. */
  input: string | null;
}

/**
 * Blocks of a message's stream, of which one is written at a time: what comes for another waits for its turn, so
 * that calls of tools which an upstream writes at the same time follow each other.
 */
export class BlockQueue {
  readonly #blocks: Block[] = [];
  #index = 0;

  /** Adds to the block of this key, which begins as `start` if there is none. */
  add(key: string, start: JsonObject, deltas: readonly JsonObject[]): SseFrame[] {
    const frames: SseFrame[] = [];
    let block = this.#blocks.find((each) => each.key === key);
    if (block === undefined) {
      block = { key, start, waiting: [], input: start.type === 'tool_use' ? '' : null };
      this.#blocks.push(block);
      if (this.#blocks.length === 1) frames.push(this.#startFrame(block));
    }
    block.waiting.push(...deltas);
    for (const { partial_json: json } of deltas) {
      if (block.input !== null && typeof json === 'string') block.input += json;
    }
    return [...frames, ...this.#advance(block)];
  }

  /** Ends the block of this key, if it is the one being written. */
  close(key: string): SseFrame[] {
    return this.#blocks[0]?.key === key ? this.#next() : [];
  }

  /** Writes and ends everything. */
  closeAll(): SseFrame[] {
    const frames: SseFrame[] = [];
    while (this.#blocks.length > 0) frames.push(...this.#next());
    return frames;
  }

  /** Writes as far as the block that was added to, unless one before it still goes on. */
  #advance(until: Block): SseFrame[] {
    const frames: SseFrame[] = [];
    while (this.#blocks[0] !== undefined && this.#blocks[0] !== until && mayEnd(this.#blocks[0])) {
      frames.push(...this.#next());
    }
    const [current] = this.#blocks;
    return current === undefined ? frames : [...frames, ...this.#flush(current)];
  }

  /** Ends the current block and begins the one that waits. */
  #next(): SseFrame[] {
    const [current] = this.#blocks;
    if (current === undefined) return [];
    const frames = [...this.#flush(current), this.#frame('content_block_stop', {})];
    this.#blocks.shift();
    this.#index += 1;
    const [following] = this.#blocks;
    return following === undefined
      ? frames
      : [...frames, this.#startFrame(following), ...this.#flush(following)];
  }

  #flush(block: Block): SseFrame[] {
    return block.waiting.splice(0).map((delta) => this.#frame('content_block_delta', { delta }));
  }

  #startFrame(block: Block): SseFrame {
    return this.#frame('content_block_start', { content_block: block.start });
  }

  #frame(type: string, members: JsonObject): SseFrame {
    return { event: type, data: { type, index: this.#index, ...members } };
  }
}

/** Nothing can be added to an object that is closed. */
function mayEnd({ input }: Block): boolean {
  return input === null || isObject(parseJson(input));
}
