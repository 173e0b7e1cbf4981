import type { Connection } from 'pg';

/** What `COPY … FROM STDIN` needs of the driver's connection; its types name neither. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Rows sent with COPY, which PostgreSQL takes for a fraction of what a statement with as many values costs. */
export class CopyIn {
  readonly #text: string;
  readonly #rows: readonly Buffer[];
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  #error: Error | null = null;

  constructor(
    text: string,
    rows: readonly Buffer[],
    settle: { resolve: () => void; reject: (error: Error) => void },
  ) {
    this.#text = text;
    this.#rows = rows;
    this.#resolve = settle.resolve;
    this.#reject = settle.reject;
  }

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.#text);
  }

  handleCopyInResponse(connection: Connection): void {
    const copy = connection as unknown as CopyConnection;
    for (const piece of this.#rows) copy.sendCopyFromChunk(piece);
    copy.endCopyFrom();
  }

  handleError(error: Error): void {
    this.#error = error;
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#error === null) this.#resolve();
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}

/** One value in COPY's text format. */
export function copyValue(value: string | number | boolean | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return NEEDS_ESCAPE.test(value) ? escaped(value) : value;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return String(value);
}

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(value: string): string {
  return value.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
