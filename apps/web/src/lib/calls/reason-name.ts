import type { Dictionary } from '#lib/i18n/dictionary.ts';

/** A word or two for an error code of the log; a code that the catalogue does not have stays as it is. */
export function reasonName(t: Dictionary, code: string | null): string {
  if (code === null) return t.logs.failed;
  const names: Readonly<Record<string, string | undefined>> = t.logs.reasons;
  return names[code] ?? code;
}

/** What to do about a code, where there is something to do. */
export function reasonAdvice(t: Dictionary, code: string | null): string | undefined {
  const advice: Readonly<Record<string, string | undefined>> = t.logs.advice;
  return code === null ? undefined : advice[code];
}
