import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { choiceText, hasAudio } from '../tokens/message-text.ts';
import type { TokenEstimate } from '../tokens/token-estimate.ts';
import { JsonStringTally, scanString } from './scan-string.ts';

/** Strings of a chunk whose text may differ between two chunks that are otherwise the same. */
const CONTENT_KEYS = ['content', 'reasoning_content', 'reasoning', 'refusal', 'text', 'arguments'];
/** OpenAI pads its chunks with it: https://platform.openai.com/docs/api-reference/chat-streaming */
const PADDING_KEY = 'obfuscation';
const SENTINEL = 'the-text-goes-here';
const PADDING_SENTINEL = 'the-padding-goes-here';

/** A literal part of the events, then the string that differs, and so on. */
interface Gap {
  start: number;
  end: number;
}

/**
 * The events of most streams are alike but for one string. Once one of them has been parsed, those that
 * differ from it in that string alone mean the same, and need not be parsed: their bytes are compared, and
 * the string between is checked and counted. Works on bytes as Latin-1 text, one character per byte.
 */
export class ChunkTemplate {
  readonly #before: string;
  readonly #after: string;
  /** What follows the padding; null: chunks have none. */
  readonly #afterPadding: string | null;
  readonly #tally = new JsonStringTally();

  private constructor(before: string, after: string, afterPadding: string | null) {
    this.#before = before;
    this.#after = after;
    this.#afterPadding = afterPadding;
  }

  /**
   * Learns from an event, `data:` line and blank line included, that was parsed and found to be plain:
   * one choice with one piece of text, no end, no usage, no error. Null: it is not as simple as that.
   */
  static learn(event: string, json: Gap): ChunkTemplate | null {
    const text = event.slice(json.start, json.end);
    const choice = plainChoice(JSON.parse(text));
    if (choice === null) return null;
    const said = choiceText(choice);
    for (const key of CONTENT_KEYS) {
      const gap = onlyString(text, key);
      if (gap === null || JSON.parse(`"${text.slice(gap.start, gap.end)}"`) !== said) continue;
      const before = text.slice(0, gap.start);
      const after = text.slice(gap.end);
      // Proof that the gap is the text: another text there is read as the text.
      const proof = plainChoice(JSON.parse(before + SENTINEL + after));
      if (proof === null || choiceText(proof) !== SENTINEL) continue;
      const padding = onlyString(after, PADDING_KEY);
      const head = event.slice(0, json.start) + before;
      const tail = event.slice(json.end);
      if (padding === null) return new ChunkTemplate(head, after + tail, null);
      const middle = after.slice(0, padding.start);
      const rest = after.slice(padding.end);
      const padded = JSON.parse(before + SENTINEL + middle + PADDING_SENTINEL + rest) as JsonObject;
      if (padded[PADDING_KEY] !== PADDING_SENTINEL) return null;
      return new ChunkTemplate(head, middle, rest + tail);
    }
    return null;
  }

  /**
   * Where the event that begins at `at` ends, if it is of this form, its text then being counted in
   * `delivered`; else -1, and it must be parsed.
   */
  match(text: string, at: number, context: { bytes: Buffer; delivered: TokenEstimate }): number {
    if (!isAt(text, this.#before, at)) return -1;
    const start = at + this.#before.length;
    const tally = this.#tally;
    tally.ascii = 0;
    tally.other = 0;
    const end = scanString(text, start, tally);
    if (end === -1 || !isAt(text, this.#after, end)) return -1;
    if (tally.other > 0 && !isUtf8(context.bytes.subarray(start, end))) return -1;
    let next = end + this.#after.length;
    const { ascii, other } = tally;
    if (this.#afterPadding !== null) {
      const paddingEnd = scanString(text, next, tally);
      if (paddingEnd === -1 || tally.other > other || !isAt(text, this.#afterPadding, paddingEnd)) {
        return -1;
      }
      next = paddingEnd + this.#afterPadding.length;
    }
    context.delivered.count(ascii, other);
    return next;
  }
}

/** Like `startsWith`, at a quarter of its time. */
function isAt(text: string, part: string, at: number): boolean {
  return text.slice(at, at + part.length) === part;
}

/** The choice of a chunk that holds nothing but a piece of text. */
function plainChoice(chunk: unknown): JsonObject | null {
  if (!isJsonObject(chunk) || !Array.isArray(chunk.choices) || chunk.choices.length !== 1) return null;
  const { usage = null, error = null } = chunk;
  const choice: unknown = chunk.choices[0];
  if (usage !== null || error !== null || !isJsonObject(choice)) return null;
  const { finish_reason: reason = null } = choice;
  const hasEnded = reason !== null && reason !== '';
  return hasEnded || hasAudio(choice.delta) || choiceText(choice) === '' ? null : choice;
}

/** The inside of the string that is the value of `key`, if the text has that name once. */
function onlyString(text: string, key: string): Gap | null {
  const name = `"${key}"`;
  const found = text.indexOf(name);
  if (found === -1 || text.indexOf(name, found + 1) !== -1) return null;
  const colon = skipSpace(text, found + name.length);
  const quote = skipSpace(text, colon + 1);
  if (text.charAt(colon) !== ':' || text.charAt(quote) !== '"') return null;
  const end = scanString(text, quote + 1, new JsonStringTally());
  return end === -1 ? null : { start: quote + 1, end };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at += 1;
  return at;
}
