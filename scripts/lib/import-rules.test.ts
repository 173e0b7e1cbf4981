import { describe, expect, test } from 'vitest';
import { violationsOf } from './import-rules.mjs';

function messages(path: string, text: string): string[] {
  return violationsOf(path, text).map((violation) => violation.message);
}

describe('import direction', () => {
  test.each([
    ['packages/shared/src/a.ts', "import { x } from '@aigc/db/user';"],
    ['packages/providers/src/a.ts', "import { x } from '@aigc/db/user';"],
    ['packages/db/src/a.ts', "export { x } from '@aigc/core/calls/settle';"],
    ['packages/db/src/a.ts', "import type { X } from '@aigc/core/calls/settle';"],
    ['packages/core/src/a.ts', "const x = await import('@aigc/api/router');"],
    ['packages/core/src/a.ts', "type X = import('@aigc/api/router').AppRouter;"],
    ['apps/web/src/a.ts', "import { x } from '@aigc/core/calls/settle';"],
    ['packages/core/src/a.test.ts', "import { x } from '@aigc/api/router';"],
  ])('%s must not say: %s', (path, text) => {
    expect(messages(path, text)).toHaveLength(1);
  });

  test.each([
    ['packages/providers/src/a.ts', "import { x } from '@aigc/shared/money';"],
    [
      'packages/core/src/a.ts',
      "import { x } from '@aigc/db/user'; import { y } from '@aigc/providers/registry';",
    ],
    ['apps/api/src/a.ts', "import { x } from '@aigc/core/calls/settle';"],
    ['apps/web/src/a.ts', "import { x } from '@aigc/shared/money';"],
    ['packages/db/src/a/b.ts', "import { x } from '../c.ts';"],
    ['apps/web/e2e/a.spec.ts', "import { x } from '../../../scripts/find-chromium.mjs';"],
    ['apps/web/e2e/a.spec.ts', "import { x } from '@aigc/api/scripted-upstream';"],
  ])('%s may say: %s', (path, text) => {
    expect(messages(path, text)).toEqual([]);
  });

  test('a relative path out of the package is no way around', () => {
    expect(
      messages('packages/core/src/a.ts', "import { x } from '../../../apps/api/src/env.ts';")[0],
    ).toMatch(/leaves packages\/core/);
  });

  test('the panel takes only types from the API', () => {
    expect(messages('apps/web/src/a.ts', "import type { AppRouter } from '@aigc/api/router';")).toEqual([]);
    expect(messages('apps/web/src/a.ts', "import { type AppRouter } from '@aigc/api/router';")).toHaveLength(
      1,
    );
    expect(messages('apps/web/src/a.ts', "import { appRouter } from '@aigc/api/router';")).toHaveLength(1);
  });

  test('script blocks of components are read, at their true line numbers', () => {
    const component =
      '<p>\n  hello\n</p>\n<script lang="ts">\n  import { x } from \'@aigc/db/user\';\n</script>\n';
    expect(violationsOf('apps/web/src/a.svelte', component)).toEqual([
      { line: 5, message: 'apps/web must not import @aigc/db/user' },
    ]);
  });
});

describe('outbound calls', () => {
  test.each([
    "import { request } from 'undici';",
    "import { request } from 'node:http';",
    "import https from 'node:https';\nhttps.get('https://example.com');",
    "import * as http from 'node:http';\nnew http.Agent();",
    "const answer = await fetch('https://example.com');",
    'const options = { fetch };',
    'const call = globalThis.fetch;',
    'function f(call = fetch) { return call; }',
    "new WebSocket('wss://example.com');",
  ])('not outside of the dispatcher: %s', (text) => {
    expect(messages('packages/core/src/a.ts', text)).toHaveLength(1);
    expect(messages('apps/api/src/gateway/a.ts', text)).toHaveLength(1);
    expect(messages('apps/api/src/outbound/a.ts', text)).toEqual([]);
    expect(messages('apps/api/test/a.test.ts', text)).toEqual([]);
    expect(messages('apps/web/src/a.ts', text)).toEqual([]);
  });

  test.each([
    "import { createServer } from 'node:http';\ncreateServer();",
    "import type { Dispatcher } from 'undici';",
    'function f(fetch: Fetch) { return fetch(1); }',
    'function f({ fetch }: { fetch: Fetch }) { return fetch(1); }',
    'const client = new OpenAI({ fetch: boundFetch });',
    'export interface Options { fetch: typeof fetch }',
    'dispatcher.fetch(1);',
    "import { fetch } from './outbound.ts';\nfetch(1);",
  ])('no false alarm: %s', (text) => {
    expect(messages('packages/core/src/a.ts', text)).toEqual([]);
  });
});

describe('the environment', () => {
  test.each([
    "process.env['HOME']",
    'process["env"]',
    'const { HOME } = process.env;',
    'globalThis.process.env',
  ])('is read in one file only: %s', (text) => {
    expect(messages('apps/api/src/server.ts', text)).toHaveLength(1);
    expect(messages('packages/db/src/a.ts', text)).toHaveLength(1);
    expect(messages('apps/api/src/env.ts', text)).toEqual([]);
    expect(messages('packages/db/src/a.test.ts', text)).toEqual([]);
  });

  test('handing a value to a library through it is no read', () => {
    expect(messages('apps/api/src/web-panel.ts', "process.env['PANEL_PORT'] = port;")).toEqual([]);
    expect(messages('apps/api/src/web-panel.ts', "port = process.env['PANEL_PORT'];")).toHaveLength(1);
  });

  test('importing it from node:process is no way around', () => {
    expect(messages('packages/db/src/a.ts', "import { env } from 'node:process';")).toHaveLength(1);
  });
});

test('a switched-off lint rule says why', () => {
  const rule = 'no-console';
  expect(messages('packages/db/src/a.ts', `// oxlint-disable-next-line ${rule}`)).toHaveLength(1);
  expect(messages('packages/db/src/a.ts', `// oxlint-disable-next-line ${rule} -- the banner`)).toEqual([]);
});
