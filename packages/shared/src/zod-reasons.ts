import { z } from 'zod';
import { FIELD_REASONS, fieldReason, type FieldReasonCode } from './field-reasons.ts';
import { describeReason, type Reason } from './reasons.ts';

/**
 * Makes zod speak in sentences that a person can act on, naming the limit: "must have at most 100 characters".
 * The field's name stands in front of them or beside them. A message written in a schema wins over these.
 */
export function usePlainZodMessages(): void {
  z.config({
    customError: (issue) => {
      const reason = issue.code === 'custom' ? null : reasonByCode(issue, issue.input === undefined);
      return reason === null ? undefined : describeReason(reason);
    },
  });
}

/** Why a schema refused a value, as data. Needs `usePlainZodMessages`, which says what is missing. */
export function reasonOfIssue(issue: z.core.$ZodIssue): Reason {
  const own = REASONS_BY_TEXT.get(issue.message);
  if (own !== undefined) return { code: own, params: {} };
  return reasonByCode(issue, false) ?? fieldReason('invalid');
}

type AnyIssue = z.core.$ZodRawIssue | z.core.$ZodIssue;

function reasonByCode(issue: AnyIssue, isMissing: boolean): Reason | null {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing
        ? fieldReason('required')
        : fieldReason('wrong_kind', { kind: String(issue.expected) });
    case 'too_small':
      return tooSmall(String(issue.origin), Number(issue.minimum));
    case 'too_big':
      return tooBig(String(issue.origin), Number(issue.maximum));
    case 'invalid_value':
      return isMissing
        ? fieldReason('required')
        : fieldReason('not_one_of', { values: issue.values.map(String).join(', ') });
    case 'invalid_format':
      return fieldReason('wrong_format', { format: String(issue.format) });
    case 'unrecognized_keys':
      return fieldReason('unknown_fields', {
        names: issue.keys.map((key: string) => key.slice(0, 50)).join(', '),
      });
    case 'invalid_union':
      return fieldReason(isMissing ? 'required' : 'no_accepted_form');
    case 'not_multiple_of':
      return fieldReason('not_a_multiple', { of: issue.divisor });
    default:
      return null;
  }
}

/** What has characters, entries or bytes to count; other bounds are those of numbers. */
const ENTRIES = new Set(['array', 'set', 'file']);

function tooSmall(origin: string, min: number): Reason {
  if (origin === 'string') return min === 1 ? fieldReason('empty') : fieldReason('too_short', { min });
  return ENTRIES.has(origin) ? fieldReason('too_few', { min }) : fieldReason('too_small', { min });
}

function tooBig(origin: string, max: number): Reason {
  if (origin === 'string') return fieldReason('too_long', { max });
  return ENTRIES.has(origin) ? fieldReason('too_many', { max }) : fieldReason('too_big', { max });
}

/** Reasons that schemas name by their text, which is the only thing that zod keeps of a check's message. */
const REASONS_BY_TEXT: ReadonlyMap<string, FieldReasonCode> = new Map(
  Object.entries(FIELD_REASONS).flatMap(([code, text]): [string, FieldReasonCode][] =>
    text.length === 0 ? [[(text as () => string)(), code as FieldReasonCode]] : [],
  ),
);
