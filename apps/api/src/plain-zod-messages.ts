import { z } from 'zod';

/**
 * Makes zod speak in sentences that a person can act on, naming the limit: "must have at most 100 characters".
 * The field's name stands in front of them or beside them. A message written in a schema wins over these.
 */
export function usePlainZodMessages(): void {
  z.config({ customError: describeIssue });
}

type Issue = z.core.$ZodRawIssue;

function describeIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${article(String(issue.expected))}`;
    case 'too_small':
      return describeBound(issue, 'at least', Number(issue.minimum));
    case 'too_big':
      return describeBound(issue, 'at most', Number(issue.maximum));
    case 'invalid_value':
      return issue.input === undefined
        ? 'is required'
        : `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `must be a valid ${FORMATS[issue.format] ?? issue.format}`;
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.map((key: string) => key.slice(0, 50)).join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'has none of the accepted forms';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return undefined;
  }
}

const FORMATS: Record<string, string> = {
  datetime: 'time (ISO 8601)',
  email: 'e-mail address',
  regex: 'value',
  url: 'URL',
};

/** What the limit counts, by the kind of value that was measured. */
const COUNTED: Record<string, string> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  file: 'bytes',
};

function describeBound(issue: { origin?: unknown }, relation: string, limit: number): string {
  const counted = COUNTED[String(issue.origin)];
  if (counted === undefined) return `must be ${relation} ${limit}`;
  if (relation === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${relation} ${limit} ${limit === 1 ? counted.slice(0, -1) : counted}`;
}

function article(kind: string): string {
  if (kind === 'int') return 'a whole number';
  if (kind === 'array') return 'a list';
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
