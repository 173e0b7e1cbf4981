import { fieldReason } from '@aigc/shared/field-reasons';
import { describeReason, type Reason } from '@aigc/shared/reasons';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { JsonObject, UpstreamTarget } from '../../definition.ts';
import { stringOf } from '../../json-values.ts';
import { parseJsonPath, type JsonPath } from './json-path.ts';
import { isLiteralSecret, withoutLiteralSecrets } from './literal-secrets.ts';
import { parseTemplate, placeholdersOf, TemplateError } from './template.ts';

/** What a body's template may name: the request's own members, and what is made of its messages. */
export const BODY_PLACEHOLDERS: ReadonlySet<string> = new Set([
  'prompt',
  'system',
  'messages',
  'model',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'user',
  'tools',
  'response_format',
  'request',
]);

/** What the value of a header may name. */
const HEADER_PLACEHOLDERS: ReadonlySet<string> = new Set(['secret', 'model']);

/** The client's own; see `ExchangeRequest`. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
]);

/** Settings of a function, ready to be used. */
export interface FunctionSettings {
  method: 'GET' | 'POST';
  /** Names in lower case; values with placeholders. */
  headers: readonly (readonly [string, string])[];
  body: JsonObject;
  /** The placeholders that the body holds. */
  named: ReadonlySet<string>;
  answer: JsonPath;
  promptTokens: JsonPath | null;
  completionTokens: JsonPath | null;
  error: JsonPath | null;
}

const PATHS = ['answer_path', 'prompt_tokens_path', 'completion_tokens_path', 'error_path'] as const;

/** What is wrong with settings beyond what their form says, by their names. */
export function settingErrors(settings: Readonly<JsonObject>): Record<string, Reason> {
  const errors: Record<string, Reason> = {};
  for (const name of PATHS) {
    const path = stringOf(settings[name]) ?? '';
    if (path !== '' && parseJsonPath(path) === null) {
      errors[name] = fieldReason('not_a_path');
    }
  }
  try {
    parseTemplate(stringOf(settings.body) ?? '', BODY_PLACEHOLDERS);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    errors.body = error.reason;
  }
  const headers = readHeaders(stringOf(settings.headers) ?? '');
  if (!Array.isArray(headers)) errors.headers = headers;
  return errors;
}

/** The same of settings that are about to be kept: they are no place for credentials, which are sealed elsewhere. */
export function enteredSettingErrors(settings: Readonly<JsonObject>): Record<string, Reason> {
  const errors = settingErrors(settings);
  const headers = readHeaders(stringOf(settings.headers) ?? '');
  const literal = Array.isArray(headers) ? headers.find((header) => isLiteralSecret(...header)) : undefined;
  if (literal !== undefined) errors.headers = fieldReason('header_holds_secret', { name: literal[0] });
  return errors;
}

/** Settings as they may be written to a file. */
export function shareableSettings(settings: Readonly<JsonObject>): JsonObject {
  const headers = stringOf(settings.headers);
  return headers === null ? { ...settings } : { ...settings, headers: withoutLiteralSecrets(headers) };
}

/** The lines of a header setting, or what is wrong with them. */
function readHeaders(text: string): (readonly [string, string])[] | Reason {
  const headers: (readonly [string, string])[] = [];
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const match = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*([\x20-\x7e]*?)\s*$/.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || match?.[2] === undefined)
      return fieldReason('header_malformed', { line: line.slice(0, 60) });
    if (RESERVED_HEADERS.has(name)) return fieldReason('header_reserved', { name });
    for (const placeholder of placeholdersOf(match[2])) {
      if (!HEADER_PLACEHOLDERS.has(placeholder)) {
        return fieldReason('header_placeholder_unknown', { name: placeholder });
      }
    }
    headers.push([name, match[2]]);
  }
  return headers;
}

/** Settings by target, read once. */
const read = new WeakMap<UpstreamTarget, FunctionSettings>();

/** @throws RequestMappingError where settings were written past their checks */
export function functionSettings(target: UpstreamTarget): FunctionSettings {
  let settings = read.get(target);
  if (settings === undefined) read.set(target, (settings = readSettings(target.settings ?? {})));
  return settings;
}

function readSettings(settings: Readonly<JsonObject>): FunctionSettings {
  const [fault] = Object.entries(settingErrors(settings));
  if (fault !== undefined) {
    throw new RequestMappingError(
      'model',
      `The setting ${fault[0]} of this model's provider is faulty: ${describeReason(fault[1])}`,
    );
  }
  const headers = readHeaders(stringOf(settings.headers) ?? '');
  const body = stringOf(settings.body) ?? '';
  const path = (name: (typeof PATHS)[number]) => {
    const text = stringOf(settings[name]) ?? '';
    return text === '' ? null : parseJsonPath(text);
  };
  return {
    method: settings.method === 'GET' ? 'GET' : 'POST',
    headers: Array.isArray(headers) ? headers : [],
    body: parseTemplate(body, BODY_PLACEHOLDERS),
    named: placeholdersOf(body),
    answer: path('answer_path') ?? [],
    promptTokens: path('prompt_tokens_path'),
    completionTokens: path('completion_tokens_path'),
    error: path('error_path'),
  };
}
