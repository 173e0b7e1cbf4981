import type { JsonObject } from '../../definition.ts';
import { isObject } from '../../json-values.ts';

/**
 * Constraints that answers cannot be bound to; the model reads them instead.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
const UNBOUND: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** Members whose own members are schemas by name. */
const NAMED: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);
/** Members that are given, not schemas. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);

/**
 * A JSON schema as the API takes it: closed objects without constraints on sizes. Null: the schema is of objects
 * with free names, to which answers cannot be bound.
 */
export function narrowSchema(schema: JsonObject): JsonObject | null {
  return isOpen(schema) ? null : (narrow(schema) as JsonObject);
}

function isOpen(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(isOpen);
  if (!isObject(schema)) return false;
  const { additionalProperties, patternProperties } = schema;
  if ((additionalProperties ?? false) !== false || patternProperties !== undefined) return true;
  if (schema.type === 'object' && !isObject(schema.properties)) return true;
  return Object.entries(schema).some(([key, value]) => {
    if (VALUES.has(key)) return false;
    return NAMED.has(key) && isObject(value) ? Object.values(value).some(isOpen) : isOpen(value);
  });
}

function narrow(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(narrow);
  if (!isObject(schema)) return schema;
  const narrowed: JsonObject = {};
  const told: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (UNBOUND.has(key)) told.push(`${key}: ${JSON.stringify(value)}`);
    else narrowed[key === 'oneOf' ? 'anyOf' : key] = narrowMember(key, value);
  }
  if (schema.type === 'object' || isObject(schema.properties)) narrowed.additionalProperties = false;
  if (told.length > 0) {
    const described = typeof schema.description === 'string' ? `${schema.description} ` : '';
    narrowed.description = `${described}(${told.join(', ')})`;
  }
  return narrowed;
}

function narrowMember(key: string, value: unknown): unknown {
  if (VALUES.has(key)) return value;
  if (!NAMED.has(key) || !isObject(value)) return narrow(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, narrow(schema)]));
}
