export type ExportFormat = 'csv' | 'ndjson';

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** Counts the rows of a file as its bytes come, wherever they are cut. */
export class RowCounter {
  readonly #isCsv: boolean;
  #lines = 0;
  #isQuoted = false;

  constructor(format: ExportFormat) {
    this.#isCsv = format === 'csv';
  }

  /** Without the header of a CSV file. */
  get rows(): number {
    return this.#isCsv ? Math.max(0, this.#lines - 1) : this.#lines;
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      // In a quoted cell a line may break; two quotes in a row turn it off and on again.
      if (byte === QUOTE && this.#isCsv) this.#isQuoted = !this.#isQuoted;
      else if (byte === NEWLINE && !this.#isQuoted) this.#lines += 1;
    }
  }
}
