import type { Reason } from './reasons.ts';

/**
 * What can be wrong with one field, in English: what a field's name is followed by. The panel's dictionaries hold the
 * same codes (`lib/i18n/<language>/field-reasons.ts`).
 */
export const FIELD_REASONS = {
  required: () => 'is required',
  empty: () => 'must not be empty',
  too_short: ({ min }: { min: number }) => `must have at least ${counted(min, 'character')}`,
  too_long: ({ max }: { max: number }) => `must have at most ${counted(max, 'character')}`,
  too_few: ({ min }: { min: number }) =>
    min === 1 ? 'must not be empty' : `must have at least ${counted(min, 'entry')}`,
  too_many: ({ max }: { max: number }) => `must have at most ${counted(max, 'entry')}`,
  too_small: ({ min }: { min: number }) => `must be at least ${min}`,
  too_big: ({ max }: { max: number }) => `must be at most ${max}`,
  not_a_multiple: ({ of }: { of: number }) => `must be a multiple of ${of}`,
  /** `kind` as zod names it: `number`, `int`, `boolean`, `array` … */
  wrong_kind: ({ kind }: { kind: string }) => `must be ${article(kind)}`,
  not_one_of: ({ values }: { values: string }) =>
    `must be ${values.includes(', ') ? 'one of ' : ''}${values}`,
  wrong_format: ({ format }: { format: string }) => `must be a valid ${FORMATS[format] ?? format}`,
  unknown_fields: ({ names }: { names: string }) => `has unknown fields: ${names}`,
  no_accepted_form: () => 'has none of the accepted forms',
  invalid: () => 'is not valid',
  control_characters: () => 'must not contain control characters',
  nul: () => 'must not contain the character NUL',
  lone_surrogate: () => 'must not contain half of a character (a lone surrogate)',
  not_an_email: () => 'must be an e-mail address',
  not_a_decimal: () => 'must be a decimal with at most ten places',
  not_an_amount: () => 'must be a number such as 12.5, not negative, with at most ten decimals',
  not_positive: () => 'must be more than zero',
  not_an_id: () => 'must be an id',
  not_an_address_entry: () => 'must be an address such as 192.0.2.7 or a network such as 10.0.0.0/8',
  not_an_image: () => 'must be a data URL of an image',
  not_a_time_zone: () => 'must be a time zone such as Asia/Shanghai',
  not_a_setting_name: () => 'must be lower case, such as api_version',
  not_a_key_variable: () => 'must be the name of an environment variable such as EXAMPLE_API_KEY',
  // settings of a provider, which its dialect describes
  unknown_setting: () => 'There is no such setting.',
  setting_missing: ({ label }: { label: string; label_zh: string }) => `Enter a value for ${label}.`,
  /** In the words of the dialect itself. */
  setting_said: ({ en }: { en: string; zh: string }) => en,
  not_a_text: () => 'must be a text.',
  not_a_number: () => 'must be a number.',
  not_a_switch: () => 'must be true or false.',
  outside_range: ({ min, max }: { min: number; max: number }) => `must be from ${min} to ${max}.`,
  not_a_path: () => 'This is no path. Write choices[0].text, or the JSON pointer /choices/0/text.',
  template_not_json: ({ why }: { why: string }) => `The template is not JSON: ${why}`,
  template_not_object: () => 'The template must be a JSON object.',
  placeholder_unknown: ({ name, known }: { name: string; known: string }) =>
    `{{${name}}} is not known. There are: ${known}.`,
  header_malformed: ({ line }: { line: string }) => `"${line}" is no header. Write Name: value.`,
  header_reserved: ({ name }: { name: string }) => `${name} is set by the gateway itself.`,
  header_holds_secret: ({ name }: { name: string }) =>
    `${name} holds a credential. Enter it as the key, and write {{secret}} here.`,
  header_placeholder_unknown: ({ name }: { name: string }) => `{{${name}}} is not known in headers.`,
} as const satisfies Record<string, (params: never) => string>;

export type FieldReasonCode = keyof typeof FIELD_REASONS;
type ParamsOf<Code extends FieldReasonCode> = Parameters<(typeof FIELD_REASONS)[Code]>;

/** A reason beside a field. Its parameters are those that its text takes. */
export function fieldReason<Code extends FieldReasonCode>(code: Code, ...params: ParamsOf<Code>): Reason {
  return { code, params: params[0] ?? {} };
}

function counted(count: number, noun: 'character' | 'entry'): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun === 'entry' ? 'entries' : 'characters'}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'time (ISO 8601)',
  email: 'e-mail address',
  regex: 'value',
  url: 'URL',
};

function article(kind: string): string {
  if (kind === 'int') return 'a whole number';
  if (kind === 'array') return 'a list';
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
