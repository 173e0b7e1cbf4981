import { z } from 'zod';
import { fieldReason } from './field-reasons.ts';
import type { Reason } from './reasons.ts';

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
  /** What is wrong, by the setting's name. */
  reasons: Record<string, Reason>;
}

/** Checks what was entered against the fields. Unknown names are errors. */
export function checkSettings(
  fields: readonly SettingField[],
  entered: Readonly<SettingValues>,
): CheckedSettings {
  const values: SettingValues = {};
  const reasons: Record<string, Reason> = {};
  for (const name of Object.keys(entered)) {
    if (!fields.some((field) => field.name === name)) reasons[name] = fieldReason('unknown_setting');
  }
  for (const field of fields) {
    const given = entered[field.name];
    const value = given === undefined || given === null || given === '' ? field.default : given;
    if (value === undefined) {
      const { label } = field;
      if (field.required === true) {
        const labels = { label: label.en, label_zh: label['zh-CN'] ?? label.en };
        reasons[field.name] = fieldReason('setting_missing', labels);
      }
      continue;
    }
    const reason = faultOf(field, value);
    if (reason === null) values[field.name] = value;
    else reasons[field.name] = reason;
  }
  return { values, reasons };
}

const DEFAULT_MAX_LENGTH = 500;

function faultOf(field: SettingField, value: unknown): Reason | null {
  switch (field.kind) {
    case 'text': {
      if (typeof value !== 'string') return fieldReason('not_a_text');
      const maxLength = field.maxLength ?? DEFAULT_MAX_LENGTH;
      if (value.length > maxLength) return fieldReason('too_long', { max: maxLength });
      if (value.includes('\0')) return fieldReason('nul');
      const { pattern } = field;
      if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, 'u').test(value)) {
        const { en, 'zh-CN': zh = '' } = pattern.message;
        return fieldReason('setting_said', { en, zh });
      }
      return null;
    }
    case 'choice':
      return field.options.some((option) => option.value === value)
        ? null
        : fieldReason('not_one_of', { values: field.options.map((option) => option.value).join(', ') });
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return fieldReason('not_a_number');
      const { min = -Infinity, max = Infinity } = field;
      return value < min || value > max ? fieldReason('outside_range', { min, max }) : null;
    }
    case 'switch':
      return typeof value === 'boolean' ? null : fieldReason('not_a_switch');
  }
}
