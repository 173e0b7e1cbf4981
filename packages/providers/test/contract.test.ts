import { expect, test } from 'vitest';
import type { JsonObject, ProviderDefinition, UpstreamTarget } from '../src/definition.ts';
import { RequestMappingError, UpstreamAnswerError } from '../src/mapping-errors.ts';
import { readOpenAiUsage } from '../src/openai-compatible.ts';
import { providerDefinition } from '../src/registry.ts';
import { passedMapping } from './passed-mapping.ts';
import {
  readEvents,
  readFixtures,
  withOpenValues,
  type AnswerFixture,
  type ErrorFixture,
  type Fixture,
  type RequestFixture,
  type StreamFixture,
} from './fixture.ts';

/** What is replayed against the dialect, whose name is that of the fixture's folder. */
interface Replay<F extends Fixture> {
  dialect: string;
  definition: ProviderDefinition;
  target: UpstreamTarget;
  fixture: F;
}

function mappingOf({ definition, fixture, target }: Replay<RequestFixture | AnswerFixture>) {
  const endpoint = fixture.endpoint ?? 'chat/completions';
  if (definition.serves(endpoint, target)) return passedMapping(definition, endpoint);
  const mapping = endpoint === 'embeddings' ? definition.embeddings : definition.chat;
  if (mapping === undefined) throw new Error('the dialect does not map this endpoint');
  return mapping;
}

/** Fails, and its message begins so. */
function expectFailure(act: () => unknown, message: string): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UpstreamAnswerError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
    return;
  }
  expect.fail(`nothing failed with: ${message}`);
}

function replayRequest(replay: Replay<RequestFixture>): void {
  const { fixture, target } = replay;
  const map = () =>
    mappingOf(replay).request(structuredClone(fixture.request), {
      target,
      isStream: fixture.isStream === true,
      maxOutputTokens: fixture.maxOutputTokens ?? null,
    });
  if ('refusedParam' in fixture.expect) {
    const { refusedParam } = fixture.expect;
    expect(map).toThrow(RequestMappingError);
    expect(map).toThrow(expect.objectContaining({ param: refusedParam }));
    return;
  }
  const { url, headers, body, parameters } = map();
  const expected = fixture.expect;
  expect(url).toBe(expected.url);
  expect(headers).toMatchObject(expected.headers ?? {});
  expect(withOpenValues(body, expected.body)).toEqual(expected.body);
  expect({ mapped: [...parameters.mapped].toSorted(), dropped: [...parameters.dropped].toSorted() }).toEqual({
    mapped: [...expected.parameters.mapped].toSorted(),
    dropped: [...expected.parameters.dropped].toSorted(),
  });
}

function replayAnswer(replay: Replay<AnswerFixture>): void {
  const { fixture, target } = replay;
  const map = () => mappingOf(replay).answer(fixture.answer, { target, request: fixture.request ?? {} });
  if ('failure' in fixture.expect) {
    expectFailure(map, fixture.expect.failure);
    return;
  }
  const answer = map();
  expect(withOpenValues(answer, fixture.expect.answer)).toEqual(fixture.expect.answer);
  expect(readOpenAiUsage(answer)).toEqual(fixture.expect.usage);
}

function replayStream({ dialect, definition, target, fixture }: Replay<StreamFixture>): void {
  const events = readEvents(dialect, fixture.stream);
  const { expect: expected, request = {} } = fixture;
  const open = () => {
    const isServed = definition.serves('chat/completions', target);
    const mapping = isServed ? passedMapping(definition, 'chat/completions') : definition.chat;
    if (mapping === undefined) throw new Error('the dialect does not map this endpoint');
    return mapping.openStream({ target, request });
  };
  const mapper = open();
  const chunks: JsonObject[] = [];
  const readAll = () => {
    for (const event of events) chunks.push(...mapper.read(event));
    chunks.push(...mapper.end());
  };
  if (expected.failure === undefined) readAll();
  else expectFailure(readAll, expected.failure);
  expect(withOpenValues(chunks, expected.chunks)).toEqual(expected.chunks);
  expect(chunks.map((chunk) => readOpenAiUsage(chunk)).findLast((usage) => usage !== undefined)).toEqual(
    expected.usage,
  );
  // Cut off anywhere, a stream has said the beginning of what the whole says, and nothing of its own.
  for (let length = 0; length < events.length && expected.failure === undefined; length += 1) {
    const cut = open();
    const said = events.slice(0, length).flatMap((event) => cut.read(event));
    expect(withOpenValues(said, expected.chunks)).toEqual(expected.chunks.slice(0, said.length));
  }
}

function replayError({ definition, target, fixture }: Replay<ErrorFixture>): void {
  const { status, body } = fixture;
  const error = definition.readError(body, target);
  expect(error).toEqual(fixture.expect.error);
  expect(definition.classify?.({ status, error, body })).toBe(fixture.expect.failure);
}

test.each(readFixtures())('$dialect: $name', ({ dialect, fixture }) => {
  expect(fixture.source).toMatch(/^https:\/\//);
  const definition = providerDefinition(dialect);
  const target: UpstreamTarget = {
    baseUrl: 'https://upstream.example/v1',
    model: 'model-of-upstream',
    apiKey: 'key-of-upstream',
    ...fixture.target,
  };
  switch (fixture.kind) {
    case 'request':
      return replayRequest({ dialect, definition, target, fixture });
    case 'answer':
      return replayAnswer({ dialect, definition, target, fixture });
    case 'stream':
      return replayStream({ dialect, definition, target, fixture });
    case 'error':
      return replayError({ dialect, definition, target, fixture });
  }
});
