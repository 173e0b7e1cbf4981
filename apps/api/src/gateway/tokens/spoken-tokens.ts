import { TokenEstimate } from './token-estimate.ts';

/**
 * Speech has about 21 tokens a second (OpenAI's price per minute by its price per token), and says about four tokens of
 * text in it.
 */
const SOUND_PER_TEXT = 5;

/** Tokens of a text, and of the sound when it is spoken: an estimate, where nobody reports them. */
export function spokenTokens(text: string): { text: number; sound: number } {
  const { tokens } = new TokenEstimate().add(text);
  return { text: tokens, sound: tokens * SOUND_PER_TEXT };
}
