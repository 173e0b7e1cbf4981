import { AppError } from '@aigc/shared/errors';
import { fieldReason } from '@aigc/shared/field-reasons';
import { describeReason, type Reason } from '@aigc/shared/reasons';
import { refusal } from '@aigc/shared/refusals';

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
      `${param === '' ? 'The input' : param} ${describeReason(problem)}.`,
      param === '' ? {} : { param, reason: problem },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw refusal('input_too_deep', {});
  for (const [key, child] of Object.entries(value)) {
    const fault = problemOf(key);
    if (fault !== null) throw refusal('field_name_unstorable', { why: describeReason(fault) });
    visit(child, [...path, key]);
  }
}

function problemOf(text: string): Reason | null {
  if (text.includes('\u0000')) return fieldReason('control_characters');
  return text.isWellFormed() ? null : fieldReason('lone_surrogate');
}
