import { AppError } from '@aigc/shared/errors';
import type {
  AnswerContext,
  JsonObject,
  MappedRequest,
  ProviderDefinition,
  UpstreamTarget,
} from '../../definition.ts';
import { objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError, UpstreamAnswerError } from '../../mapping-errors.ts';
import { readOpenAiError, readOpenAiUsage } from '../../openai-compatible.ts';
import { ParameterReader } from '../../parameter-reader.ts';
import { customFunctionForm } from './form.ts';
import {
  functionSettings,
  enteredSettingErrors,
  shareableSettings,
  type FunctionSettings,
} from './function-settings.ts';
import { valueAt, type JsonPath } from './json-path.ts';
import { fillTemplate, fillText, type TemplateValues } from './template.ts';

/** What a message says, in words. */
function textOf(message: JsonObject | undefined): string {
  const { content } = message ?? {};
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => stringOf(part.text) ?? '')
    .join('');
}

/** What the placeholders of a body stand for, and an account of the parameters that were used. */
function valuesOf(chat: JsonObject, target: UpstreamTarget, { named }: FunctionSettings) {
  const messages = objectsOf(chat.messages);
  if (messages.length === 0) {
    throw new RequestMappingError('messages', 'messages must be a non-empty array.');
  }
  const parameters = new ParameterReader(chat);
  // With the whole request nothing is lost.
  if (named.has('request')) for (const name of Object.keys(chat)) parameters.ignoreIf(name, () => true);
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer').map(textOf);
  const values: Record<string, unknown> = {
    prompt: textOf(messages.findLast(({ role }) => role === 'user')),
    system: system.length === 0 ? undefined : system.join('\n\n'),
    messages,
    model: target.model,
    request: { ...chat, model: target.model, stream: false },
  };
  if (named.has('max_tokens')) {
    values.max_tokens = parameters.take('max_completion_tokens') ?? parameters.take('max_tokens');
  }
  for (const name of ['temperature', 'top_p', 'stop', 'seed', 'user', 'tools', 'response_format']) {
    if (named.has(name)) values[name] = parameters.take(name);
  }
  return { values, parameters: parameters.report() };
}

function headersOf({ headers, method }: FunctionSettings, target: UpstreamTarget): Record<string, string> {
  const values = { secret: target.apiKey ?? '', model: target.model };
  const written: Record<string, string> = { accept: 'application/json' };
  if (method === 'POST') written['content-type'] = 'application/json';
  if (target.apiKey !== null && !headers.some(([, value]) => /\{\{\s*secret\s*\}\}/.test(value))) {
    written.authorization = `Bearer ${target.apiKey}`;
  }
  for (const [name, value] of headers) written[name] = fillText(value, values);
  return written;
}

/** Functions that are called by GET take their values in the address. */
function addressOf(target: UpstreamTarget, { method }: FunctionSettings, values: TemplateValues): string {
  const url = URL.parse(target.baseUrl.trim());
  // Saved addresses were checked; one that fails here was changed in the database by hand.
  if (url === null)
    throw new AppError('upstream_unreachable', 'The address of this model is not a valid URL.');
  if (method === 'POST') return url.href;
  for (const [name, value] of Object.entries(values)) {
    url.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return url.href;
}

function countAt(answer: JsonObject, path: JsonPath | null): number | null {
  const value = path === null ? undefined : valueAt(answer, path);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

function usageOf(answer: JsonObject, settings: FunctionSettings): JsonObject | undefined {
  const prompt = countAt(answer, settings.promptTokens);
  const completion = countAt(answer, settings.completionTokens);
  if (prompt === null || completion === null) return undefined;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toCompletion(answer: JsonObject, { target }: AnswerContext): JsonObject {
  const settings = functionSettings(target);
  const fault = settings.error === null ? undefined : valueAt(answer, settings.error);
  if (fault !== undefined && fault !== null && fault !== '' && fault !== false) {
    throw new UpstreamAnswerError(`The function answered with an error: ${wordsOf(fault).slice(0, 500)}`);
  }
  const found = valueAt(answer, settings.answer);
  if (found === undefined || found === null) {
    const path = stringOf(target.settings?.answer_path) ?? '';
    throw new UpstreamAnswerError(`The function's answer has nothing at ${path}.`);
  }
  const usage = usageOf(answer, settings);
  return {
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: target.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: wordsOf(found), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}

/** A function of one's own behind HTTP: a template makes the request, paths find the answer. Whole answers only. */
export const customFunction: ProviderDefinition = {
  id: 'custom-function',
  label: 'Custom HTTP function',
  serves: () => false,
  chat: {
    request(chat, { target }): MappedRequest {
      const settings = functionSettings(target);
      const { values, parameters } = valuesOf(chat, target, settings);
      const body = fillTemplate(settings.body, values);
      return {
        url: addressOf(target, settings, body),
        method: settings.method,
        headers: headersOf(settings, target),
        body,
        parameters,
      };
    },
    answer: toCompletion,
    // Asked for before the function has answered: a whole answer, which it should give, never comes here.
    openStream: () => ({
      read() {
        throw new UpstreamAnswerError('The function answered with a stream; it must answer with JSON.');
      },
      end: () => [],
    }),
  },
  usageInStreamOnRequest: false,
  outputLimitField: () => 'max_completion_tokens',
  buildRequest() {
    throw new AppError('invalid_field', 'A custom function takes chats only.');
  },
  readUsage: readOpenAiUsage,
  readError: (answer, target) => {
    const path = target === undefined ? null : functionSettings(target).error;
    const said = path === null ? undefined : valueAt(answer, path);
    if (said === undefined || said === null) return readOpenAiError(answer);
    return readOpenAiError(objectOf(said)) ?? { message: wordsOf(said), type: null, code: null, param: null };
  },
  checkSettings: enteredSettingErrors,
  shareableSettings,
  form: customFunctionForm,
};
