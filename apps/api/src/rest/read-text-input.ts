import { z } from 'zod';

type Values = Record<string, unknown>;

/**
 * Turns the texts of a query string or path into what the schema expects there: numbers and booleans. Text
 * that is neither stays text, and the procedure's own check names the field. The schema is only read.
 */
export function readTextInput(schema: z.ZodType | null, texts: Iterable<[string, string]>): Values {
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
  const values: Values = Object.create(null) as Values;
  for (const [name, text] of texts) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const value = field === undefined ? text : readText(field, text);
    // A repeated name becomes a list, which the check refuses where one value is expected.
    values[name] = name in values ? [values[name], value].flat() : value;
  }
  return values;
}

function readText(schema: z.ZodType, text: string): unknown {
  const kind = unwrap(schema);
  if (kind instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (kind instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}
