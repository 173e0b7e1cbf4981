import { expect, test } from 'vitest';
import type { ChunkMapper } from '../definition.ts';
import { guardPlugin } from './guard-plugin.ts';
import type { ProviderPlugin } from './plugin-api.ts';

const target = { baseUrl: 'https://acme.example', model: 'm', apiKey: null };
const context = { target, isStream: false, maxOutputTokens: null };
const made = {
  url: 'https://acme.example/x',
  headers: {},
  body: {},
  parameters: { mapped: [], dropped: [] },
};

function guarded(changes: Record<string, unknown>) {
  const faults: string[] = [];
  const chat = {
    request: () => made,
    answer: (x: object) => x,
    openStream: () => ({ read: () => [], end: () => [] }),
  };
  const plugin = {
    apiVersion: 1,
    id: 'acme',
    label: 'Acme',
    ...changes,
    chat: { ...chat, ...(changes['chat'] as object) },
  };
  const definition = guardPlugin(plugin as unknown as ProviderPlugin, (operation) => faults.push(operation));
  return { definition, faults };
}

test('errors that a plug-in names are passed on as what they are', () => {
  const refusal = Object.assign(new Error('no images'), {
    name: 'RequestMappingError',
    param: 'messages[0]',
  });
  const { definition, faults } = guarded({
    chat: {
      request: () => {
        throw refusal;
      },
    },
  });
  expect(() => definition.chat?.request({}, context)).toThrow(
    expect.objectContaining({ name: 'RequestMappingError', param: 'messages[0]', message: 'no images' }),
  );
  expect(faults).toEqual([]);
});

test.each([
  [
    'throws a text',
    () => {
      throw 'oops';
    },
  ],
  [
    'throws nothing',
    () => {
      throw undefined;
    },
  ],
  ['answers nothing', () => undefined],
  ['answers a promise', () => Promise.resolve(made)],
  ['names no http address', () => ({ ...made, url: 'file:///etc/passwd' })],
  ['has a header that no header can carry', () => ({ ...made, headers: { a: 'b\r\nc: d' } })],
  ['has a header that is no text', () => ({ ...made, headers: { a: 1 } })],
  ['has a body that is no object', () => ({ ...made, body: 'text' })],
])('a request mapping that %s is a fault of the plug-in and told as such', (_what, request) => {
  const { definition, faults } = guarded({ chat: { request } });
  expect(() => definition.chat?.request({}, context)).toThrow(
    expect.objectContaining({ code: 'plugin_failed', status: 502 }),
  );
  expect(faults).toEqual(['chat.request']);
});

test('promises that fail, and errors that cannot be read, end in faults and never in the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const late = async () => {
    throw new Error('late');
  };
  const hostile = new Proxy(new Error('hidden'), {
    get: () => {
      throw new Error('trap');
    },
  });
  const { definition, faults } = guarded({
    serves: late,
    readUsage: late,
    readError: late,
    classify: late,
    outputLimitField: late,
    buildRequest: () => {
      throw hostile;
    },
    chat: { request: late, answer: late, openStream: () => ({ read: late, end: late }) },
  });
  const isFault = expect.objectContaining({ code: 'plugin_failed' });
  expect(definition.serves('chat/completions', target)).toBe(false);
  expect(definition.readUsage({})).toBeUndefined();
  expect(definition.readError({})).toBeUndefined();
  expect(definition.classify?.({ status: 500, error: undefined, body: null })).toBeUndefined();
  expect(definition.outputLimitField(target)).toBe('max_tokens');
  expect(() => definition.buildRequest(target, 'chat/completions', {} as never)).toThrow(isFault);
  expect(() => definition.chat?.request({}, context)).toThrow(isFault);
  expect(() => definition.chat?.answer({}, { target, request: {} })).toThrow(isFault);
  const reader = definition.chat?.openStream({ target, request: {} }) as ChunkMapper;
  expect(() => reader.read({ event: null, data: '' })).toThrow(isFault);
  expect(() => reader.end()).toThrow(isFault);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(faults).toHaveLength(10);
});

test('a stream reader that answers no list of chunks is a fault', () => {
  const { definition, faults } = guarded({
    chat: { openStream: () => ({ read: () => 'x', end: () => [] }) },
  });
  const reader = definition.chat?.openStream({ target, request: {} }) as ChunkMapper;
  expect(() => reader.read({ event: null, data: '' })).toThrow(
    expect.objectContaining({ code: 'plugin_failed' }),
  );
  expect(reader.end()).toEqual([]);
  expect(faults).toEqual(['chat.openStream.read']);
});

test('what a call can do without does not fail it', () => {
  const fail = () => {
    throw new Error('broken');
  };
  const { definition, faults } = guarded({
    serves: fail,
    readUsage: fail,
    readError: fail,
    classify: fail,
    outputLimitField: fail,
  });
  expect(definition.serves('chat/completions', target)).toBe(false);
  expect(definition.readUsage({})).toBeUndefined();
  expect(definition.readError({})).toBeUndefined();
  expect(definition.classify?.({ status: 500, error: undefined, body: null })).toBeUndefined();
  expect(definition.outputLimitField(target)).toBe('max_tokens');
  expect(faults).toHaveLength(5);
});

test.each([
  { inputTokens: -1, outputTokens: 1 },
  { inputTokens: 1.5, outputTokens: 1 },
  { inputTokens: '3', outputTokens: 1 },
  'many',
])('a usage that cannot be billed counts as not reported: %j', (usage) => {
  expect(guarded({ readUsage: () => usage }).definition.readUsage({})).toBeUndefined();
});
