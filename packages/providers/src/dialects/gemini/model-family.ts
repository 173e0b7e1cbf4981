/**
 * The generation that a Gemini model's name tells, e.g. 2.5 or 3.1; null: the name tells none, as of an alias
 * (`gemini-flash-latest`) or of another family (`gemma-3-27b-it`).
 */
export function geminiGeneration(model: string): number | null {
  const match = /(?:^|\/)gemini-(\d+(?:\.\d+)?)/.exec(model);
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** Whether a model's name is an alias that Google moves to its newest generation. */
export function isNewestAlias(model: string): boolean {
  return /(?:^|\/)gemini-[a-z-]*latest$/.test(model);
}

/** From the third generation on models take levels of thinking and check signatures of thoughts. */
export function isThirdGeneration(model: string): boolean {
  const generation = geminiGeneration(model);
  return generation === null ? isNewestAlias(model) : generation >= 3;
}
