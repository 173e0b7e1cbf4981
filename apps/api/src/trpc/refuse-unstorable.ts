import { AppError } from '@aigc/shared/errors';

/** Deeper than any input of ours. */
const MAX_DEPTH = 32;

/**
 * Refuses text that PostgreSQL cannot keep (U+0000, halves of surrogate pairs) and nesting that only an attack has.
 * @throws AppError `invalid_field` or `body_too_deep`, with the field
 */
export function refuseUnstorable(input: unknown): void {
  visit(input, []);
}

function visit(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (isStorable(value)) return;
    const param = path.join('.');
    throw new AppError(
      'invalid_field',
      `${param === '' ? 'The input' : param} contains a character that cannot be stored.`,
      param === '' ? {} : { param },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw new AppError('body_too_deep', 'The input is nested too deeply.');
  for (const [key, child] of Object.entries(value)) {
    if (!isStorable(key)) throw new AppError('invalid_field', 'A field has a name that cannot be stored.');
    visit(child, [...path, key]);
  }
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}
