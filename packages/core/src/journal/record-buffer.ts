import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';

const FIRST_SIZE = 64 * 1024;
/** A buffer that one large answer made grow is not kept at that size. */
const KEEP_SIZE = 1024 * 1024;

/** Frames that wait to be written, one behind the other in one piece of memory. */
export class RecordBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(text: string, sequence: number): void {
    const start = this.#length;
    // No character of JavaScript becomes more than three bytes of UTF-8.
    this.#reserve(start + FRAME_HEADER_BYTES + text.length * 3);
    const payloadBytes = this.#bytes.write(text, start + FRAME_HEADER_BYTES, 'utf8');
    sealFrame(this.#bytes, { offset: start, payloadBytes, sequence });
    this.#length = start + FRAME_HEADER_BYTES + payloadBytes;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEEP_SIZE) this.#bytes = Buffer.allocUnsafe(FIRST_SIZE);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(size, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
