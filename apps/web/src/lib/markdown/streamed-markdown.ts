/** Markdown of a model as blocks to draw. Loaded when first needed; runs in the browser only. */
import { BlockReader, type RawBlock } from './block-reader.ts';
import type { PictureLabel } from './parse.ts';
import { safeHtml } from './safe-html.ts';

/** HTML that is safe to show, or code as text. */
export type Block = RawBlock;

/** How long the page may be held up at a time, so that it goes on scrolling and typing. */
const sliceMs = 5;

/** The blocks of one answer while it is written; every part of it is read, and made safe, once. */
export class StreamedMarkdown {
  readonly #label: PictureLabel;
  #reader: BlockReader;
  #safe: Block[] = [];
  /** The end of what was read: a text that does not go on from here is another text. */
  #seen = '';
  #whole = false;

  constructor(label: PictureLabel) {
    this.#label = label;
    this.#reader = new BlockReader(label);
  }

  /** Reads on for a few milliseconds. True when there is more to read at once. */
  read(text: string, isWhole: boolean): boolean {
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    if (this.#whole || !continues(lines, this.#seen)) this.#begin(new BlockReader(this.#label));
    this.#seen = lines;
    const startedAt = performance.now();
    let isMore = true;
    while (isMore && performance.now() - startedAt < sliceMs) {
      isMore = this.#reader.step(lines, isWhole);
      // A link was used before it was defined: once more, now that all are known.
      if (!isMore && isWhole && this.#reader.definesLinks) {
        this.#begin(new BlockReader(this.#label, this.#reader.links));
        while (this.#reader.step(lines, true));
      }
    }
    this.#whole = isWhole && !isMore;
    return isMore;
  }

  /** Blocks that stand; the same objects each time, so that nothing is drawn anew. */
  get done(): readonly Block[] {
    while (this.#safe.length < this.#reader.done.length) {
      const block = this.#reader.done[this.#safe.length];
      if (block) this.#safe.push(made(block));
    }
    return this.#safe;
  }

  /** Blocks that still change. */
  get open(): readonly Block[] {
    return this.#reader.open.map(made);
  }

  #begin(reader: BlockReader): void {
    this.#reader = reader;
    this.#safe = [];
  }
}

function made(block: RawBlock): Block {
  return block.kind === 'html' ? { kind: 'html', html: safeHtml(block.html) } : block;
}

/** The length alone is not enough where one answer takes the place of another; comparing all of it would be slow. */
function continues(text: string, before: string): boolean {
  const from = Math.max(0, before.length - 64);
  return text.length >= before.length && text.slice(from, before.length) === before.slice(from);
}
