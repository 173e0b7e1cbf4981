/** Pieces of at least this size are kept as they are; smaller ones would each keep a socket's buffer alive. */
const KEPT_PIECE_BYTES = 16 * 1024;
const FIRST_BLOCK_BYTES = 512;
const LARGEST_BLOCK_BYTES = 64 * 1024;

/** Collects bytes that come in pieces of any size, and holds little more than their sum. */
export class GrowingBuffer {
  #pieces: Buffer[] = [];
  /** Where small pieces are copied to, one behind the other. */
  #block: Buffer | null = null;
  #blockLength = 0;
  #length = 0;
  #last: number | undefined;

  get length(): number {
    return this.#length;
  }

  /** The last byte; undefined when empty. */
  get last(): number | undefined {
    return this.#last;
  }

  append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (bytes.length >= KEPT_PIECE_BYTES) {
      this.#sealBlock();
      this.#pieces.push(bytes);
    } else this.#copy(bytes);
    this.#length += bytes.length;
    this.#last = bytes.at(-1);
  }

  /** Everything collected; the collection is empty afterwards and its bytes belong to the caller. */
  take(): Buffer {
    const length = this.#length;
    const pieces = this.takePieces();
    const [first] = pieces;
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, length);
  }

  /** The same in pieces, of which only a few are small. */
  takePieces(): Buffer[] {
    this.#sealBlock();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    this.#last = undefined;
    return pieces;
  }

  #copy(bytes: Buffer): void {
    if (this.#block === null || this.#block.length - this.#blockLength < bytes.length) {
      this.#sealBlock();
      const size = Math.min(Math.max(FIRST_BLOCK_BYTES, this.#length), LARGEST_BLOCK_BYTES);
      this.#block = Buffer.allocUnsafe(Math.max(size, bytes.length));
    }
    this.#blockLength += bytes.copy(this.#block, this.#blockLength);
  }

  #sealBlock(): void {
    if (this.#block === null) return;
    this.#pieces.push(this.#block.subarray(0, this.#blockLength));
    this.#block = null;
    this.#blockLength = 0;
  }
}
