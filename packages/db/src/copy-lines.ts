/** Long enough that few pieces are sent, short enough that making one is no pause. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Lines for `COPY … FROM STDIN`, kept as bytes. Texts of a whole batch wait for the database long enough to reach V8's
 * old generation, and what fills that has all of the heap marked; bytes lie outside of it.
 */
export class CopyLines {
  readonly #pieces: Buffer[] = [];
  #text = '';

  /** `lines`: each in COPY's text format, with its line end. */
  add(lines: string): void {
    this.#text += lines;
    if (this.#text.length >= PIECE_LENGTH) this.#finishPiece();
  }

  /** All that was added, in order. */
  get pieces(): readonly Buffer[] {
    if (this.#text !== '') this.#finishPiece();
    return this.#pieces;
  }

  #finishPiece(): void {
    this.#pieces.push(Buffer.from(this.#text));
    this.#text = '';
  }
}
