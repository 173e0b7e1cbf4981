import type { Reason } from './reasons.ts';

/** The reason by a table of texts; undefined for a code that the table does not know, of a newer server. */
export function writeReason(
  texts: Readonly<Record<string, (params: never) => string>>,
  { code, params }: Reason,
): string | undefined {
  // Which parameters belong to which code is checked where reasons are made.
  const write = Object.hasOwn(texts, code) ? texts[code] : undefined;
  return write?.(params as never);
}
