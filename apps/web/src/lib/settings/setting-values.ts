import type { FormText, SettingField } from '@aigc/shared/provider-form';
import type { Locale } from '@aigc/shared/schemas/fields';

/** What the fields of settings hold, as typed: texts and numbers as text, switches as they stand. */
export type TypedSettings = Record<string, string | boolean>;

/** A text of a form in the viewer's language, or in English where it has none. */
export function textIn(locale: Locale, text: FormText): string {
  return text[locale] ?? text.en;
}

/** The fields of a form that has just been opened: what is saved, else the usual values. */
export function typedSettings(
  fields: readonly SettingField[],
  saved: Readonly<Record<string, unknown>> = {},
): TypedSettings {
  return Object.fromEntries(
    fields.map((field) => {
      const value = saved[field.name] ?? field.default;
      if (field.kind === 'switch') return [field.name, value === true];
      return [field.name, typeof value === 'string' || typeof value === 'number' ? String(value) : ''];
    }),
  );
}

/** What is sent of the fields: empty ones are left out. */
export function settingsInput(
  fields: readonly SettingField[],
  typed: Readonly<TypedSettings>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value = typed[name];
    if (value === undefined || value === '') continue;
    values[name] = kind === 'number' ? Number(value) : value;
  }
  return values;
}

/** Faults that can be seen without asking the server, by the names under which the API tells them. */
export function settingFaults(
  fields: readonly SettingField[],
  typed: Readonly<TypedSettings>,
  words: { locale: Locale; missing: string; notNumber: string },
): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const value = String(typed[field.name] ?? '').trim();
    const name = `settings.${field.name}`;
    if (value === '') {
      if (field.required && field.default === undefined) faults[name] = words.missing;
    } else if (field.kind === 'text' && field.pattern) {
      const isMatch = new RegExp(`^(?:${field.pattern.source})$`, 'u').test(value);
      if (!isMatch) faults[name] = textIn(words.locale, field.pattern.message);
    } else if (field.kind === 'number' && !Number.isFinite(Number(value))) {
      faults[name] = words.notNumber;
    }
  }
  return faults;
}
