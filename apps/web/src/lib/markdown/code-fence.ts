/** Pieces of a code block that grows: only the last one is drawn anew with each token. */
const pieceLines = 40;

const opening = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/;

/** A fenced code block that is still being written, read line by line and each line once. */
export class CodeFence {
  readonly language: string;
  readonly pieces: string[] = [];
  /** The line that has no end yet. */
  rest = '';
  readonly #closing: RegExp;
  readonly #indent: RegExp;
  #lines = 0;

  private constructor(indent: string, marker: string, info: string) {
    this.language = info.trim().split(/\s+/)[0] ?? '';
    const character = marker.startsWith('`') ? '`' : '~';
    this.#closing = new RegExp(`^ {0,3}${character}{${marker.length},}[ \\t]*$`);
    this.#indent = new RegExp(`^ {0,${indent.length}}`);
  }

  /** The fence that this text begins with, and where its first line of code begins. */
  static open(text: string): { fence: CodeFence; length: number } | undefined {
    const [line, indent = '', marker = '', info = ''] = opening.exec(text) ?? [];
    if (line === undefined || (marker.startsWith('`') && info.includes('`'))) return undefined;
    return { fence: new CodeFence(indent, marker, info), length: line.length };
  }

  /** Takes the whole lines from `start` on. Returns where it stopped, and whether the block was closed there. */
  read(text: string, start: number): { end: number; closed: boolean } {
    let at = start;
    for (;;) {
      const newline = text.indexOf('\n', at);
      if (newline < 0) break;
      const line = text.slice(at, newline);
      at = newline + 1;
      if (this.#closing.test(line)) {
        this.rest = '';
        return { end: at, closed: true };
      }
      this.#add(`${this.#unindented(line)}\n`);
    }
    const rest = text.slice(at);
    // What may become the closing line is not shown as code meanwhile.
    this.rest = /^ {0,3}(`+|~+)[ \t]*$/.test(rest) ? '' : this.#unindented(rest);
    return { end: at, closed: false };
  }

  /** The text ended here: its last line counts, unless it closes the block. */
  finish(text: string, start: number): void {
    const rest = text.slice(start);
    this.rest = '';
    if (rest !== '' && !this.#closing.test(rest)) this.#add(this.#unindented(rest));
  }

  #add(line: string): void {
    if (this.#lines % pieceLines === 0) this.pieces.push(line);
    else this.pieces[this.pieces.length - 1] += line;
    this.#lines += 1;
  }

  #unindented(line: string): string {
    return line.replace(this.#indent, '');
  }
}
