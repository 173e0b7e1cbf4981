import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const TOOL = fileURLToPath(new URL('../../../examples/internal-tool/spend-by-model.ts', import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Runs the example as a person would. */
async function run(env: Record<string, string>): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [TOOL], {
      env: { PATH: process.env['PATH'], AIGC_ORIGIN: server.origin, ...env },
    });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code = 1, stderr = '' } = error as { code?: number; stderr?: string };
    return { code, output: stderr };
  }
}

test('the example of an internal tool calls the router with a management key', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  await log({ model: 'counted', bill: '0.25' });
  const { requestId } = await log({ model: 'broken', errorCode: 'upstream_timeout' });
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'tool', kind: 'management' });
  const { code, output } = await run({ AIGC_MANAGEMENT_KEY: key });
  expect(code).toBe(0);
  expect(output).toContain('Last 30 days: 2 calls, 0.25 CNY');
  expect(output).toContain('counted (cloud): 1 calls, 10 + 5 tokens, 0.25');
  expect(output).toContain(requestId);
});

test('it says what a refusal means', async () => {
  const user = await server.createUser();
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'tool', kind: 'management' });
  expect(await run({ AIGC_MANAGEMENT_KEY: key, AIGC_SCOPE: 'all' })).toEqual({
    code: 1,
    output: expect.stringContaining('forbidden: '),
  });
  expect((await run({ AIGC_MANAGEMENT_KEY: 'mk-aigc-wrong' })).output).toContain('invalid_api_key: ');
});
