import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * Characters without a break above which the tokenizer is not asked: its time grows with the square of a
 * word's length (100,000 times "a": 25 s). A word of this length takes it about 10 ms.
 */
const MAX_UNBROKEN = 1_000;
/** Of a longer text, only the beginning is counted, and the rest taken to be like it. */
const MAX_SAMPLE = 512 * 1024;
/** What the tokenizer takes for one word at most: it never joins across these. Digits it cuts by itself. */
const WORDS = /[\p{L}\p{M}]+|\s+|[^\p{L}\p{M}\p{N}\s]+/gu;
/** Names like `<|endoftext|>` in a text are text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * Tokens of a text by OpenAI's o200k encoding, which other vendors' encodings resemble. Words too long for
 * the tokenizer count as many tokens as bytes, which is the most they can be.
 */
export function countText(text: string): number {
  if (text.length > MAX_SAMPLE) {
    return Math.ceil((countText(text.slice(0, MAX_SAMPLE)) * text.length) / MAX_SAMPLE);
  }
  let tokens = 0;
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    if (word.length <= MAX_UNBROKEN) continue;
    tokens += countTokens(text.slice(from, index), AS_TEXT) + Buffer.byteLength(word);
    from = index + word.length;
  }
  return tokens + countTokens(text.slice(from), AS_TEXT);
}
