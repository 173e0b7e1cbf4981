import { AppError } from '@aigc/shared/errors';
import type {
  AnswerContext,
  ChatMapping,
  EndpointMapping,
  JsonObject,
  MappedRequest,
  MappingContext,
  ProviderDefinition,
  Usage,
} from '../definition.ts';
import { countOf, isObject, stringOf } from '../json-values.ts';
import { RequestMappingError, UpstreamAnswerError } from '../mapping-errors.ts';
import { readOpenAiError, readOpenAiUsage } from '../openai-compatible.ts';
import type { PluginMapping, ProviderPlugin } from './plugin-api.ts';

/** Told of every fault of a plug-in: what it was doing, and what it threw or answered. */
export type OnPluginFault = (operation: string, message: string) => void;

/**
 * A plug-in as a dialect of the platform. What it throws or answers wrongly never leaves this object as it is: a call
 * gets an error that names the plug-in, and whoever watches it learns of the fault.
 */
export function guardPlugin(plugin: ProviderPlugin, onFault: OnPluginFault): ProviderDefinition {
  const guard = new Guard(plugin, onFault);
  return {
    id: plugin.id,
    label: plugin.label,
    ...(plugin.form === undefined ? {} : { form: plugin.form }),
    usageInStreamOnRequest: plugin.usageInStreamOnRequest ?? true,
    serves: (endpoint, target) =>
      guard.ask('serves', false, () => atOnce(plugin.serves?.(endpoint, target)) === true),
    ...(plugin.chat === undefined ? {} : { chat: chatMapping(plugin.chat, guard) }),
    ...(plugin.embeddings === undefined
      ? {}
      : { embeddings: mapping(plugin.embeddings, guard, 'embeddings') }),
    outputLimitField: (target) =>
      guard.ask('outputLimitField', 'max_tokens', () => {
        const name = atOnce(plugin.outputLimitField?.(target)) ?? 'max_tokens';
        return typeof name === 'string' ? name : 'max_tokens';
      }),
    buildRequest: (target, endpoint, request) =>
      guard.run('buildRequest', () => {
        if (plugin.buildRequest === undefined) throw new TypeError('the plug-in has no buildRequest');
        const built = atOnce(plugin.buildRequest(target, endpoint, request));
        const { url, headers } = addressOf(built);
        if (!Array.isArray(built.body)) throw new TypeError('body must be a list of bytes');
        return { url, headers, body: built.body.map((part) => Buffer.from(part)) };
      }),
    readUsage: (answer) =>
      guard.ask('readUsage', undefined, () =>
        plugin.readUsage === undefined ? readOpenAiUsage(answer) : usageOf(atOnce(plugin.readUsage(answer))),
      ),
    readError: (answer) =>
      guard.ask('readError', undefined, () => {
        if (plugin.readError === undefined) return readOpenAiError(answer);
        const said: unknown = atOnce(plugin.readError(answer));
        const message = isObject(said) ? stringOf(said.message) : null;
        if (!isObject(said) || message === null) return undefined;
        const { type, code, param } = said;
        return { message, type: stringOf(type), code: stringOf(code), param: stringOf(param) };
      }),
    classify: (answer) => {
      const kind = guard.ask('classify', undefined, () => atOnce(plugin.classify?.(answer)));
      return kind !== undefined && FAILURE_KINDS.has(kind) ? kind : undefined;
    },
  };
}

const FAILURE_KINDS: ReadonlySet<string> = new Set([
  'authentication',
  'quota',
  'rate_limit',
  'overloaded',
  'request',
  'content_filter',
  'broken',
]);

class Guard {
  readonly #plugin: ProviderPlugin;
  readonly #onFault: OnPluginFault;

  constructor(plugin: ProviderPlugin, onFault: OnPluginFault) {
    this.#plugin = plugin;
    this.#onFault = onFault;
  }

  /** For what a call needs. @throws RequestMappingError, UpstreamAnswerError, or AppError `plugin_failed` */
  run<T>(operation: string, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw this.#toError(operation, thrown);
    }
  }

  /** For what a call can do without. */
  ask<T>(operation: string, otherwise: T, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      this.#onFault(operation, textOf(thrown));
      return otherwise;
    }
  }

  #toError(operation: string, thrown: unknown): Error {
    const { name, param } = namesOf(thrown);
    if (name === 'RequestMappingError') {
      return new RequestMappingError(typeof param === 'string' ? param : 'messages', textOf(thrown));
    }
    if (name === 'UpstreamAnswerError') return new UpstreamAnswerError(textOf(thrown));
    this.#onFault(operation, textOf(thrown));
    return new AppError(
      'plugin_failed',
      `The plug-in "${this.#plugin.id}" failed in ${operation}; tell an administrator.`,
      { cause: thrown },
    );
  }
}

/**
 * What a function of a plug-in gave. A promise is refused, and watched: one that nobody waits for ends the process when
 * it fails. @throws TypeError
 */
function atOnce<T>(given: T): T {
  const isPromise = typeof given === 'object' && given !== null && 'then' in given;
  if (!isPromise || typeof given.then !== 'function') return given;
  Promise.resolve(given).catch(() => undefined);
  throw new TypeError('it must answer at once: promises are not waited for');
}

/** What an error says it is; nothing where even reading that fails. */
function namesOf(thrown: unknown): { name?: unknown; param?: unknown } {
  try {
    if (typeof thrown !== 'object' || thrown === null) return {};
    const { name, param } = thrown as { name?: unknown; param?: unknown };
    return { name, param };
  } catch {
    return {};
  }
}

const MAX_TEXT = 500;

/** What was thrown, in words; whatever it was. */
function textOf(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return text.slice(0, MAX_TEXT).toWellFormed();
  } catch {
    return 'something that cannot be described';
  }
}

function chatMapping(chat: NonNullable<ProviderPlugin['chat']>, guard: Guard): ChatMapping {
  return {
    ...mapping(chat, guard, 'chat'),
    openStream(context) {
      const reader = guard.run('chat.openStream', () => requireReader(atOnce(chat.openStream(context))));
      return {
        read: (event) => guard.run('chat.openStream.read', () => chunksOf(atOnce(reader.read(event)))),
        end: () => guard.run('chat.openStream.end', () => chunksOf(atOnce(reader.end()))),
      };
    },
  };
}

type Reader = ReturnType<NonNullable<ProviderPlugin['chat']>['openStream']>;

function requireReader(reader: Reader): Reader {
  if (!isObject(reader) || typeof reader.read !== 'function' || typeof reader.end !== 'function') {
    throw new TypeError('openStream must answer an object with read and end');
  }
  return reader;
}

function mapping(plugin: PluginMapping, guard: Guard, name: string): EndpointMapping {
  return {
    request: (request: JsonObject, context: MappingContext): MappedRequest =>
      guard.run(`${name}.request`, () => {
        const made = atOnce(plugin.request(request, context));
        const address = addressOf(made);
        if (!isObject(made.body)) throw new TypeError('body must be an object');
        const { mapped, dropped } = isObject(made.parameters) ? made.parameters : NOTHING;
        return {
          ...address,
          body: made.body,
          parameters: { mapped: textsOf(mapped), dropped: textsOf(dropped) },
        };
      }),
    answer: (answer: JsonObject, context: AnswerContext): JsonObject =>
      guard.run(`${name}.answer`, () => {
        const made: unknown = atOnce(plugin.answer(answer, context));
        if (!isObject(made)) throw new TypeError('answer must return an object');
        return made;
      }),
  };
}

const NOTHING = { mapped: [], dropped: [] };

function addressOf(made: unknown): { url: string; headers: Record<string, string> } {
  if (!isObject(made)) throw new TypeError('a request must be an object');
  const { url, headers = {} } = made;
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError('url must be an http or https address');
  }
  if (!isObject(headers)) throw new TypeError('headers must be an object');
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TypeError(`the header ${name.slice(0, 50)} must be a text that a header can carry`);
    }
    checked[name.toLowerCase()] = value;
  }
  return { url, headers: { 'content-type': 'application/json', ...checked } };
}

function chunksOf(chunks: unknown): JsonObject[] {
  if (!Array.isArray(chunks) || !chunks.every(isObject)) {
    throw new TypeError('a stream reader must answer a list of chunks');
  }
  return chunks;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** What is billed must be whole numbers; anything else counts as not reported. */
function usageOf(said: unknown): Usage | undefined {
  if (!isObject(said)) return undefined;
  const [input, output] = [said.inputTokens, said.outputTokens];
  if (countOf(input) !== input || countOf(output) !== output) return undefined;
  return {
    inputTokens: input,
    outputTokens: output,
    cachedTokens: Math.min(countOf(said.cachedTokens), input),
    reasoningTokens: Math.min(countOf(said.reasoningTokens), output),
  };
}
