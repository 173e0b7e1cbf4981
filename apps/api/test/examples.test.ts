import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocksOf } from '../../../scripts/lib/markdown.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';
import { startWireUpstream, type WireUpstream } from './support/wire-upstream.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
// Not every machine that runs the tests has these; Node, which the product needs, runs its examples everywhere.
const hasCurl = has('curl', '--version');
const hasPythonSdk = has('python3', '-c', 'import openai');

let server: TestServer;
/** Serves the local model that the guides call `my-llama`. */
let upstream: ScriptedUpstream;
/** Serves the one that they call `your-ranker`. */
let ranker: WireUpstream;
/** A folder as somebody has it who ran `npm install openai` and has a picture. */
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream();
  const { keys, localModels } = server.admin.client;
  await localModels.create.mutate({ name: 'my-llama', base_url: upstream.baseUrl });
  ranker = await startWireUpstream();
  ranker.answer(() => ({ json: { id: 'rank-1', results: [{ index: 1, relevance_score: 0.9 }] } }));
  await localModels.create.mutate({ name: 'your-ranker', base_url: ranker.baseUrl, type: 'rerank' });
  const management = await keys.create.mutate({ name: 'Guides', kind: 'management' });
  environment = {
    PATH: process.env['PATH'],
    AIGC_API_KEY: server.adminKey,
    AIGC_MANAGEMENT_KEY: management.api_key,
    AIGC_BASE_URL: `${server.origin}/api/v1`,
  };
  folder = await mkdtemp(join(tmpdir(), 'aigc-examples-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(inRoot('apps/api/node_modules/openai'), join(folder, 'node_modules/openai'));
  const square = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  await writeFile(join(folder, 'picture.jpg'), await square.jpeg().toBuffer());
});
afterAll(async () => {
  await server.close();
  await upstream.close();
  await ranker.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env: environment });
  return stdout;
}

async function runNode(path: string): Promise<string> {
  const copy = join(folder, basename(path));
  await copyFile(inRoot(path), copy);
  return run(process.execPath, copy);
}

describe('the programs of the README work as they are', () => {
  test('Node: a streamed chat', async () => {
    expect(await runNode('examples/node-openai/chat.mjs')).toContain('You said: "Hello"');
  });

  test.runIf(hasPythonSdk)('Python: a chat', async () => {
    expect(await run('python3', inRoot('examples/python-openai/chat.py'))).toContain('You said: "Hello"');
  });

  test.runIf(hasCurl)('curl: a chat', async () => {
    expect(await run('sh', inRoot('examples/curl/chat.sh'))).toContain('You said: \\"Hello\\"');
  });
});

describe('the other examples work as they are', () => {
  test('Node: embeddings', async () => {
    expect(await runNode('examples/node-openai/embeddings.mjs')).toMatch(/^0: 256 numbers.*\n1: 256 numbers/);
  });

  test.runIf(hasCurl)('curl: an uploaded image', async () => {
    expect(await run('sh', inRoot('examples/curl/vision.sh'), 'picture.jpg')).toContain('I received 1 image');
  });
});

test
  .runIf(hasCurl)
  .each([
    'guides/getting-started.md',
    'guides/local-models.md',
    'guides/programs-and-sdks.md',
    'reference/api.md',
  ])('every call that docs/%s shows is answered', async (document) => {
  const shown = codeBlocksOf(await readFile(inRoot(`docs/${document}`), 'utf8'))
    .map(({ text }) => text)
    .filter((text) => text.includes('curl '));
  expect(shown).not.toEqual([]);
  for (const text of shown) {
    const script = text
      .replaceAll(/^export .*$/gm, '')
      .replaceAll('curl ', 'curl --silent --show-error --fail-with-body ')
      .replaceAll('http://127.0.0.1:8000', server.origin);
    expect(await run('sh', '-c', script)).toMatch(/^\{"(?!error)/);
  }
});
