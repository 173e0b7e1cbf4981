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
    const problem = problemOf(value);
    if (problem === null) return;
    const param = path.join('.');
    throw new AppError(
      'invalid_field',
      `${param === '' ? 'The input' : param} ${problem}.`,
      param === '' ? {} : { param },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw new AppError('body_too_deep', 'The input is nested too deeply.');
  for (const [key, child] of Object.entries(value)) {
    if (problemOf(key) !== null) throw new AppError('invalid_field', `A field's name ${problemOf(key)}.`);
    visit(child, [...path, key]);
  }
}

function problemOf(text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain control characters';
  return text.isWellFormed() ? null : 'must not contain half of a character (a lone surrogate)';
}
