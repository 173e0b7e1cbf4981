import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../src/rest/openapi/add-examples.ts';
import { lastStepOf } from '../src/rest/openapi/last-step.ts';
import type { OpenApiDocument, OpenApiOperation } from '../src/rest/openapi-document.ts';
import { procedureParsers } from '../src/rest/procedure-parsers.ts';
import { REST_ROUTES, type ProcedurePath } from '../src/rest/rest-routes.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startTestServer();
  const answer = await fetch(`${server.origin}/api/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  document = (await answer.json()) as OpenApiDocument;
});
afterAll(() => server.close());

const METHODS = ['get', 'post', 'put', 'delete'];
const operations = (): [string, string, OpenApiOperation][] =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]): [string, string, OpenApiOperation] => [
      path,
      method,
      operation,
    ]),
  );

/** Every object in the document, with the path to it. */
function* nodes(node: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [at, node as Record<string, unknown>];
  for (const [name, child] of Object.entries(node)) {
    // Examples are data, not a part of the document's grammar.
    if (name !== 'example') yield* nodes(child, `${at}/${name}`);
  }
}

test('it is OpenAPI 3.1 with a title, a version, a server and both kinds of credentials', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: expect.any(String), version: expect.any(String), description: expect.any(String) },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        modelKey: { type: 'http', scheme: 'bearer' },
        managementKey: { type: 'http', scheme: 'bearer' },
        sessionCookie: { type: 'apiKey', in: 'cookie', name: 'aigc_session' },
      },
    },
  });
});

test('it holds every REST address and the OpenAI-compatible endpoints', () => {
  const paths = operations().map(([path, method]) => `${method.toUpperCase()} ${path}`);
  const expected = [
    ...Object.values(REST_ROUTES).map(({ method, path }) => `${method} ${path}`),
    'GET /api/platform/call-logs.csv',
    'GET /api/platform/report.csv',
    'GET /api/platform/call-logs.ndjson',
    'GET /api/admin/audit.csv',
    'GET /api/admin/audit.ndjson',
    'POST /api/v1/chat/completions',
    'GET /api/v1/models',
    'GET /api/v1/models/{id}',
    'POST /api/v1/vision/completions',
    'POST /api/v1/embeddings',
    'POST /api/v1/completions',
    'POST /api/v1/responses',
    'POST /api/v1/images/generations',
    'POST /api/v1/images/edits',
    'POST /api/v1/audio/speech',
    'POST /api/v1/audio/transcriptions',
    'POST /api/v1/audio/translations',
    'POST /api/v1/rerank',
    'POST /api/v1/moderations',
    'POST /api/v1/messages',
    'POST /api/v1/messages/count_tokens',
  ];
  expect(new Set(paths)).toEqual(new Set(expected));
});

test('each operation has a unique id, a summary, a tag that is declared, and answers', () => {
  const ids = operations().map(([, , { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const [path, method, operation] of operations()) {
    expect(METHODS).toContain(method);
    expect([path, operation.summary]).toEqual([path, expect.stringMatching(/./)]);
    expect(operation.tags?.every((tag) => tags.has(tag))).toBe(true);
    expect(operation.responses['200']).toBeDefined();
    for (const response of Object.values(operation.responses)) {
      expect('$ref' in response || typeof response.description === 'string').toBe(true);
    }
  }
});

test('each name in a path is a required parameter, and no parameter stands twice', () => {
  for (const [path, method, { parameters = [] }] of operations()) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect([path, method, inPath.map(({ name }) => name)]).toEqual([path, method, names]);
    expect(inPath.every(({ required }) => required === true)).toBe(true);
    const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(parameters.every(({ schema }) => schema !== undefined)).toBe(true);
  }
});

test('each reference leads somewhere, and each security requirement is declared', () => {
  for (const [at, node] of nodes(document)) {
    if (typeof node.$ref !== 'string') continue;
    const target = node.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], document);
    expect([at, node.$ref, target]).toEqual([at, node.$ref, expect.any(Object)]);
  }
  const schemes = Object.keys(document.components.securitySchemes ?? {});
  for (const [path, , { security = [] }] of operations()) {
    for (const requirement of security) {
      for (const name of Object.keys(requirement))
        expect([path, schemes]).toEqual([path, expect.arrayContaining([name])]);
    }
  }
});

test('schemas use the words of JSON Schema 2020-12 and not those of OpenAPI 3.0', () => {
  for (const [at, node] of nodes(document)) {
    expect([at, 'nullable' in node && typeof node.nullable === 'boolean']).toEqual([at, false]);
    expect([at, typeof node.exclusiveMinimum === 'boolean']).toEqual([at, false]);
  }
});

test('only what needs no credentials is without security', () => {
  const open = operations().flatMap(([path, method, { security }]) =>
    security?.some((requirement) => Object.keys(requirement).length === 0) === false
      ? []
      : [`${method} ${path}`],
  );
  expect(open).toEqual(['get /api/platform/viewer']);
});

describe.each(Object.keys(REST_ROUTES) as ProcedurePath[])('the example of %s', (procedure) => {
  test('is what the procedure takes and answers', () => {
    const { input, output } = procedureParsers(procedure);
    const example = EXAMPLES[procedure];
    expect(lastStepOf(output).safeParse(example?.output).error).toBeUndefined();
    if (input !== null) expect(input.safeParse(example?.input).error).toBeUndefined();
  });

  test('stands in the document', () => {
    const route = REST_ROUTES[procedure];
    const operation = document.paths[route?.path ?? '']?.[route?.method.toLowerCase() ?? ''];
    expect(operation?.responses['200']?.content?.['application/json']?.example).toEqual(
      EXAMPLES[procedure]?.output,
    );
    const body = operation?.requestBody?.content['application/json'];
    if (body !== undefined) expect(body.example).toBeDefined();
  });
});

test('what calls models says which headers of ours it takes and answers with', () => {
  const calls = operations().filter(
    ([path, method]) => path.startsWith('/api/v1/') && method === 'post' && !path.endsWith('/count_tokens'),
  );
  expect(calls.length).toBeGreaterThan(8);
  for (const [path, , { parameters = [], responses }] of calls) {
    const names = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
    expect([path, names]).toEqual([path, ['x-aigc-strict', 'Idempotency-Key']]);
    expect([path, responses[200]]).toEqual([
      path,
      expect.objectContaining({ headers: { 'x-aigc-params': expect.anything() as object } }),
    ]);
  }
});
