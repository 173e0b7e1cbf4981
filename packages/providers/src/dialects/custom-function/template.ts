import { fieldReason } from '@aigc/shared/field-reasons';
import { describeReason, type Reason } from '@aigc/shared/reasons';
import type { JsonObject } from '../../definition.ts';
import { isObject } from '../../json-values.ts';

/** A placeholder, as in `"{{prompt}}"`. */
const PLACEHOLDER = /\{\{\s*([a-z_]+)\s*\}\}/g;
const WHOLE = /^\{\{\s*([a-z_]+)\s*\}\}$/;

/** A template that cannot be used; the reason says where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(describeReason(reason), options);
    this.reason = reason;
  }
}

/**
 * Reads a JSON template. A placeholder may stand in quotes, or alone where a value belongs: there the quotes are
 * added. @throws TemplateError if it is no JSON object, or names a placeholder that is not `known`
 */
export function parseTemplate(text: string, known: ReadonlySet<string>): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(quotePlaceholders(text));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new TemplateError(fieldReason('template_not_json', { why }), { cause });
  }
  if (!isObject(parsed)) throw new TemplateError(fieldReason('template_not_object'));
  for (const [, name = ''] of text.matchAll(PLACEHOLDER)) {
    if (!known.has(name)) {
      throw new TemplateError(fieldReason('placeholder_unknown', { name, known: [...known].join(', ') }));
    }
  }
  return parsed;
}

/** Outside of strings `{{` is never JSON, so a placeholder there can only be meant as a value. */
function quotePlaceholders(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\{\{\s*[a-z_]+\s*\}\}/gs, (token) =>
    token.startsWith('"') ? token : JSON.stringify(token),
  );
}

/** Values by the names of their placeholders; what is undefined has none. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/**
 * Puts values into a parsed template: never into its text, so that no value can become syntax. A string that is one
 * placeholder becomes the value itself, whatever its type, and its member is left out where there is none.
 */
export function fillTemplate(template: JsonObject, values: TemplateValues): JsonObject {
  return fillObject(template, values);
}

function fillObject(template: JsonObject, values: TemplateValues): JsonObject {
  const filled = Object.entries(template).map(([name, value]) => [name, fill(value, values)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function fill(template: unknown, values: TemplateValues): unknown {
  if (typeof template === 'string') {
    const whole = WHOLE.exec(template)?.[1];
    return whole === undefined ? fillText(template, values) : values[whole];
  }
  if (Array.isArray(template)) {
    return template.map((item) => fill(item, values)).filter((item) => item !== undefined);
  }
  return isObject(template) ? fillObject(template, values) : template;
}

/** Placeholders inside a text; what is no text is written as JSON, and nothing where there is no value. */
export function fillText(template: string, values: TemplateValues): string {
  return template.replace(PLACEHOLDER, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** The placeholders that a text holds. */
export function placeholdersOf(text: string): Set<string> {
  return new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name));
}
