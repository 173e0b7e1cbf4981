import type { ScannedBody } from './scan-body.ts';

/**
 * The most tokens one image can count as, whatever its bytes: OpenAI's dearest tiling (gpt-4o-mini, high
 * detail, 2048 x 4096) stays below it. https://platform.openai.com/docs/guides/images-vision
 */
export const IMAGE_TOKENS = 50_000;
/**
 * Sound counts as at most 32 tokens a second (Gemini; others count fewer), and a second of the most tightly
 * packed speech (6 kbit/s) is a thousand characters of base64.
 */
const SOUND_BYTES_PER_TOKEN = 16;
const SOUND_TOKENS = 1_000;
/** For models whose context length is not known. */
const LARGEST_CONTEXT_TOKENS = 1_048_576;

/**
 * No upstream can count more prompt tokens than this: a token is at least one byte of UTF-8, and media has
 * bounds of its own. A video or a file may fill the model's whole context, however small it is here; so may what a
 * request only refers to (`fillsContext`).
 */
export function boundPromptTokens(
  body: ScannedBody,
  contextLength: number | null,
  fillsContext = false,
): number {
  const { images, sounds, others, imageBytes, soundBytes, otherBytes } = body.media;
  const textBytes = body.byteLength - imageBytes - soundBytes - otherBytes;
  const soundTokens = sounds * SOUND_TOKENS + Math.ceil(soundBytes / SOUND_BYTES_PER_TOKEN);
  const bound = textBytes + images * IMAGE_TOKENS + soundTokens;
  const isBounded = others === 0 && !fillsContext;
  return isBounded ? bound : Math.max(bound, contextLength ?? LARGEST_CONTEXT_TOKENS);
}
