import { fieldReason } from '@aigc/shared/field-reasons';
import type { Reason } from '@aigc/shared/reasons';
import { reasonOfIssue } from '@aigc/shared/zod-reasons';
import { isMap, isScalar, isSeq } from 'yaml';
import { z } from 'zod';
import { catalogueSchema } from './catalogue-schema.ts';
import { nameOf, type CatalogueFault, type CataloguePlaces, type Path } from './catalogue-places.ts';

type Issue = z.core.$ZodIssue;

/** Everything that is wrong with a file's content, in the order of the file. */
export function describeIssues(error: z.ZodError, places: CataloguePlaces): CatalogueFault[] {
  return error.issues
    .flatMap((issue) => faultsOf(issue, places))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function faultsOf(issue: Issue, places: CataloguePlaces): CatalogueFault[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = namesAt(issue.path).join(', ');
    const where = nameOf(issue.path);
    return issue.keys.map((key) => {
      const hint = HINTS[key] ?? '';
      const message = `${where === '' ? '' : `${where}: `}unknown key "${key}".${hint} Allowed here: ${allowed}.`;
      const reason = { code: 'catalogue_unknown_key', params: { key: key.slice(0, 50), allowed } } as const;
      return places.faultAtKey(issue.path, key, { message, reason });
    });
  }
  const message = `${nameOf(issue.path)} ${reasonOf(issue, places)}.`.trimStart();
  return [places.fault(issue.path, { message, reason: dataOf(issue, places) })];
}

/** For what people write because they expect it. */
const HINTS: Readonly<Record<string, string>> = {
  apiKey: ' Keys do not belong in this file: name the environment variable that holds it in apiKeyEnv.',
  api_key: ' Keys do not belong in this file: name the environment variable that holds it in apiKeyEnv.',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text (numbers and dates in quotes)',
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  array: 'a list',
};

function reasonOf(issue: Issue, places: CataloguePlaces): string {
  switch (issue.code) {
    case 'invalid_type': {
      const found = foundAt(places.nodeAt(issue.path));
      if (found === null) return 'is missing';
      const wanted = TYPES[issue.expected] ?? issue.expected;
      return wanted === 'a whole number' && found === 'a number'
        ? `must be ${wanted}`
        : `must be ${wanted}, not ${found}`;
    }
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'must be text, a number, true or false';
    case 'too_small':
      return issue.origin === 'number' ? `must be at least ${issue.minimum}` : 'must not be empty';
    case 'too_big':
      return issue.origin === 'number'
        ? `must be at most ${issue.maximum}`
        : `must have at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    default:
      return issue.message.replace(/\.$/, '');
  }
}

/** The same as data. */
function dataOf(issue: Issue, places: CataloguePlaces): Reason {
  const isMissing = issue.code === 'invalid_type' && foundAt(places.nodeAt(issue.path)) === null;
  return isMissing ? fieldReason('required') : reasonOfIssue(issue);
}

/** What stands there, without saying it; null: nothing does. */
function foundAt(node: unknown): string | null {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return null;
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'boolean') return 'true or false';
  // Numbers that are not whole are kept as texts.
  const isNumber =
    typeof node.value === 'number' || (node.type === 'PLAIN' && Number.isFinite(Number(node.value)));
  return isNumber ? 'a number' : 'a text';
}

/** The keys that the schema knows at a place. */
function namesAt(path: Path): string[] {
  let schema: unknown = catalogueSchema;
  for (const part of path) {
    schema = inner(schema);
    if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodObject) schema = (schema.shape as Record<string, unknown>)[String(part)];
  }
  schema = inner(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function inner(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? inner(schema.unwrap()) : schema;
}
