import { z } from 'zod';

/**
 * What the form of a provider asks for. A dialect, built in or a plug-in's, describes it as data, from which
 * the panel renders fields and the API checks what is entered.
 */

/** A text of the form; the panel falls back to English. */
export const formTextSchema = z.object({ en: z.string().min(1), 'zh-CN': z.string().min(1).optional() });
export type FormText = z.infer<typeof formTextSchema>;

const fieldBase = {
  /** The setting's name, e.g. `api_version`. */
  name: z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower case, such as api_version'),
  label: formTextSchema,
  help: formTextSchema.optional(),
  /** Left empty, the setting is refused. */
  required: z.boolean().optional(),
};

export const settingFieldSchema = z.discriminatedUnion('kind', [
  z.object({
    ...fieldBase,
    kind: z.literal('text'),
    default: z.string().optional(),
    placeholder: z.string().optional(),
    maxLength: z.number().int().min(1).max(100_000).optional(),
    /** A regular expression for the whole value, and what to say when it does not match. */
    pattern: z.object({ source: z.string(), message: formTextSchema }).optional(),
    /** Several lines, as of a template. */
    isMultiline: z.boolean().optional(),
    suggestions: z.array(z.string()).optional(),
  }),
  z.object({
    ...fieldBase,
    kind: z.literal('choice'),
    default: z.string().optional(),
    options: z.array(z.object({ value: z.string(), label: formTextSchema })).min(1),
  }),
  z.object({
    ...fieldBase,
    kind: z.literal('number'),
    default: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.object({ ...fieldBase, kind: z.literal('switch'), default: z.boolean().optional() }),
]);
export type SettingField = z.infer<typeof settingFieldSchema>;

export const providerFormSchema = z.object({
  address: z
    .object({
      default: z.string().optional(),
      placeholder: z.string().optional(),
      help: formTextSchema.optional(),
      /** Calls go to this address itself, not to an endpoint below it. */
      isWhole: z.boolean().optional(),
    })
    .optional(),
  /** What is to be pasted as the provider's secret; absent: an API key. */
  secret: z
    .object({
      label: formTextSchema,
      help: formTextSchema.optional(),
      /** Several lines, as of a file's content. */
      isMultiline: z.boolean().optional(),
      required: z.boolean().optional(),
    })
    .optional(),
  settings: z.array(settingFieldSchema).max(50).optional(),
});
export type ProviderForm = z.infer<typeof providerFormSchema>;

/** Values of settings, by their names. */
export type SettingValues = Record<string, unknown>;

export interface CheckedSettings {
  /** What is kept: known settings only, defaults filled in, empty ones left out. */
  values: SettingValues;
  /** What is wrong, in English, by the setting's name. */
  errors: Record<string, string>;
}

/** Checks what was entered against the fields. Unknown names are errors. */
export function checkSettings(
  fields: readonly SettingField[],
  entered: Readonly<SettingValues>,
): CheckedSettings {
  const values: SettingValues = {};
  const errors: Record<string, string> = {};
  for (const name of Object.keys(entered)) {
    if (!fields.some((field) => field.name === name)) errors[name] = 'There is no such setting.';
  }
  for (const field of fields) {
    const given = entered[field.name];
    const value = given === undefined || given === null || given === '' ? field.default : given;
    if (value === undefined) {
      if (field.required === true) errors[field.name] = `Enter a value for ${field.label.en}.`;
      continue;
    }
    const error = faultOf(field, value);
    if (error === null) values[field.name] = value;
    else errors[field.name] = error;
  }
  return { values, errors };
}

const DEFAULT_MAX_LENGTH = 500;

function faultOf(field: SettingField, value: unknown): string | null {
  switch (field.kind) {
    case 'text': {
      if (typeof value !== 'string') return 'must be a text.';
      const maxLength = field.maxLength ?? DEFAULT_MAX_LENGTH;
      if (value.length > maxLength) return `must have at most ${maxLength} characters.`;
      if (value.includes('\0')) return 'must not contain the character NUL.';
      const { pattern } = field;
      if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, 'u').test(value)) {
        return pattern.message.en;
      }
      return null;
    }
    case 'choice':
      return field.options.some((option) => option.value === value)
        ? null
        : `must be one of ${field.options.map((option) => option.value).join(', ')}.`;
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number.';
      const { min = -Infinity, max = Infinity } = field;
      return value < min || value > max ? `must be from ${min} to ${max}.` : null;
    }
    case 'switch':
      return typeof value === 'boolean' ? null : 'must be true or false.';
  }
}
