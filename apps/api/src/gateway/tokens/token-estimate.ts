/**
 * Estimates tokens where an upstream reports none: four ASCII characters, or one other character, to a
 * token. Linear in the text, without a tokenizer; calls billed by it are marked `estimated`.
 */
export class TokenEstimate {
  #ascii = 0;
  #other = 0;

  /** Counts a piece of text; pieces add up as if they were one. */
  add(text: string): this {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 128) this.#ascii += 1;
      // The second half of a surrogate pair belongs to the character before it.
      else if (code < 0xdc00 || code > 0xdfff) this.#other += 1;
    }
    return this;
  }

  /** Counts characters that somebody else told apart. */
  count(ascii: number, other: number): void {
    this.#ascii += ascii;
    this.#other += other;
  }

  get characters(): number {
    return this.#ascii + this.#other;
  }

  get tokens(): number {
    return Math.ceil(this.#ascii / 4) + this.#other;
  }
}
