/** What the sentences of findings have in common. */

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const MAX_NAMES = 5;

/** `a, b and 3 more` */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

export type Names = { names: readonly string[] };
export type Path = { path: string };
export type Count = { count: number };
export type Reason = { reason: string };
