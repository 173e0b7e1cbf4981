import type { MarkedOptions, Token, Tokens } from 'marked';
import { CodeFence } from './code-fence.ts';
import { lex, markdownOptions, writeHtml, type Links, type PictureLabel } from './parse.ts';

/** One block of an answer: HTML that is not safe yet, or code, in pieces that only ever grow at the end. */
export type RawBlock =
  | { kind: 'html'; html: string }
  | { kind: 'code'; language: string; pieces: readonly string[]; closed: boolean };

/** So much is looked at in one step, in characters; twice as much where that holds no whole block. */
const stepLength = 8_192;
/** A list longer than this is written in parts while it grows. */
const longList = 2_048;
/** A block longer than this is cut, whatever it is: looking at it again and again would take ever longer. */
const longestBlock = 32_768;
/** A paragraph longer than this is cut earlier: its inside is read with more effort. */
const longestParagraph = 8_192;

/**
 * Reads Markdown that arrives in pieces, each part of it once: what can no longer change is written and left behind,
 * so that a long answer costs no more per word than a short one.
 */
export class BlockReader {
  /** What can no longer change. */
  readonly done: RawBlock[] = [];
  /** What stands behind that for now. */
  open: RawBlock[] = [];
  /** A link was defined, which may be meant by what was written before. */
  definesLinks = false;
  readonly #options: MarkedOptions;
  readonly #links: Links;
  #at = 0;
  #reach = stepLength;
  #fence: CodeFence | undefined;

  constructor(pictureLabel: PictureLabel, links: Links = Object.create(null) as Links) {
    this.#options = markdownOptions(pictureLabel);
    this.#links = links;
  }

  get links(): Links {
    return this.#links;
  }

  /**
   * Reads on in `text`, which begins with all that was read before; only newlines as ends of lines. True when there is
   * more to read at once. `isWhole`: nothing follows.
   */
  step(text: string, isWhole: boolean): boolean {
    if (this.#fence) return this.#readFence(text, isWhole);
    const before = this.#at;
    const end = Math.min(text.length, before + this.#reach);
    const isCut = this.#readBlocks(text.slice(before, end), isWhole && end === text.length);
    if (this.#fence || isCut) return true;
    if (this.#at > before) this.#reach = stepLength;
    else if (end < text.length) this.#reach *= 2;
    return end < text.length;
  }

  #readFence(text: string, isWhole: boolean): boolean {
    const fence = this.#fence;
    if (!fence) return false;
    const { end, closed } = fence.read(text, this.#at);
    this.#at = end;
    if (!closed && !isWhole) {
      this.open = [code(fence, false)];
      return false;
    }
    if (!closed) {
      fence.finish(text, end);
      this.#at = text.length;
    }
    this.#fence = undefined;
    this.open = [];
    this.done.push(code(fence, true));
    return this.#at < text.length;
  }

  /** True when a long block was cut, and what follows is still to be read. */
  #readBlocks(text: string, isLast: boolean): boolean {
    const tokens = lex(text, this.#options, this.#links);
    const settled = isLast ? tokens.length : settledTokens(tokens);
    let length = 0;
    let index = 0;
    while (index < settled) {
      const end = endOfGroup(tokens, index);
      if (end > settled && !isLast) break;
      const group = tokens.slice(index, end);
      this.#write(group, this.done);
      length += lengthOf(group);
      index = end;
    }
    this.#at += length;
    this.open = [];
    if (isLast) return false;
    const rest = tokens.slice(index);
    const tail = text.slice(length);
    if (this.#openFence(rest[0], tail)) return false;
    if (this.#cut(rest[0], tail)) return true;
    this.#write(rest, this.open);
    return false;
  }

  /** Code is read line by line from here on. */
  #openFence(token: Token | undefined, tail: string): boolean {
    if (token?.type !== 'code') return false;
    const opened = CodeFence.open(tail);
    if (!opened) return false;
    this.#fence = opened.fence;
    this.#at += opened.length;
    this.open = [code(opened.fence, false)];
    return true;
  }

  /** Leaves a part of a block behind that has grown long. */
  #cut(token: Token | undefined, tail: string): boolean {
    if (!token || !tail.startsWith(token.raw)) return false;
    if (token.type === 'list' && token.raw.length > longList) {
      const list = token as Tokens.List;
      const items = list.items.slice(0, -1);
      const raw = items.map((item) => item.raw).join('');
      if (items.length > 0 && tail.startsWith(raw)) return this.#leave([{ ...list, items, raw }], raw.length);
    }
    const limit = token.type === 'paragraph' ? longestParagraph : longestBlock;
    if (token.raw.length <= limit) return false;
    const space = tail.lastIndexOf(' ', limit);
    const length = Math.max(tail.lastIndexOf('\n', limit) + 1, space + 1, 0) || limit;
    return this.#leave(lex(tail.slice(0, length), this.#options, this.#links), length);
  }

  #leave(tokens: Token[], length: number): boolean {
    this.#write(tokens, this.done);
    this.#at += length;
    return true;
  }

  #keepLinks(tokens: readonly Token[]): void {
    for (const token of tokens) {
      if (token.type !== 'def') continue;
      const { tag, href, title } = token as Tokens.Def;
      this.definesLinks = true;
      this.#links[tag] ??= { href, title: title ?? null };
    }
  }

  #write(tokens: readonly Token[], target: RawBlock[]): void {
    const rest = tokens.filter((token) => token.type !== 'space');
    if (target === this.done) this.#keepLinks(rest);
    if (opensDetails(rest[0])) {
      target.push({ kind: 'html', html: writeHtml(rest, this.#options) });
      return;
    }
    for (const token of rest) {
      if (token.type === 'def') continue;
      if (token.type === 'code') {
        const { text, lang } = token as Tokens.Code;
        const language = lang?.trim().split(/\s+/)[0] ?? '';
        target.push({ kind: 'code', language, pieces: [`${text}\n`], closed: true });
      } else {
        target.push({ kind: 'html', html: writeHtml([token], this.#options) });
      }
    }
  }
}

/** A whole text at once. */
export function readBlocks(text: string, pictureLabel: PictureLabel): RawBlock[] {
  const reader = new BlockReader(pictureLabel);
  while (reader.step(text, true));
  return reader.done;
}

function code(fence: CodeFence, closed: boolean): RawBlock {
  const { language, pieces, rest } = fence;
  return { kind: 'code', language, pieces: rest === '' ? [...pieces] : [...pieces, rest], closed };
}

/**
 * How many tokens from the front can no longer change, whatever follows: those before the last block whose kind is
 * decided, which takes its first line whole. Until then it may turn out to belong to the block before it.
 */
function settledTokens(tokens: readonly Token[]): number {
  for (let index = tokens.length - 1; index > 0; index -= 1) {
    const token = tokens[index];
    if (!token || token.type === 'space') continue;
    if (index < tokens.length - 1 || token.raw.includes('\n')) return index;
  }
  return 0;
}

/** Where the block that begins here ends: what a `<details>` holds is written together with it. */
function endOfGroup(tokens: readonly Token[], start: number): number {
  if (!opensDetails(tokens[start])) return start + 1;
  let depth = 0;
  let length = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    length += token?.raw.length ?? 0;
    // One that is never closed must not swallow the rest of the answer.
    if (length > longestBlock) return start + 1;
    if (token?.type === 'html') depth += count(token.raw, /<details>/gi) - count(token.raw, /<\/details>/gi);
    if (depth <= 0) return index + 1;
  }
  return tokens.length + 1;
}

function opensDetails(token: Token | undefined): boolean {
  return token?.type === 'html' && count(token.raw, /<details>/gi) > count(token.raw, /<\/details>/gi);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function lengthOf(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + token.raw.length, 0);
}
