import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import type { CheckContext } from './check.ts';
import { fullMatrix, nameOf, pairwiseMatrix, renderMatrix } from './matrix.ts';
import { DIALECTS, startSceneServer, type SceneServer } from './upstreams/scene-server.ts';

/** Set by `npm run clients`: everything is tried, and the table is written. */
const isFull = process.env.CLIENT_MATRIX === 'full';
const DOCUMENT = fileURLToPath(new URL('../../../../docs/reference/client-matrix.md', import.meta.url));
const INTRODUCTION = `# Client matrix

Published clients, unmodified, call the gateway; behind it stand scripted upstreams that speak each provider's own
protocol. \`npm test\` runs a part of this table in which every feature, client and dialect meets every other at least
once; \`npm run clients\` runs all of it and writes this file from what came out. A dash: the upstream's API has no such
thing.

`;

let world: GatewayWorld;
let scene: SceneServer;
const results = new Map<string, boolean>();

/** A model of each type for each dialect. */
const TYPES = {
  chat: 'vision',
  embedding: 'embedding',
  image: 'image',
  speech: 'speech',
  transcription: 'transcription',
};

beforeAll(async () => {
  world = await startGatewayWorld();
  scene = await startSceneServer();
  await world.topUp('1000');
  for (const wire of DIALECTS) {
    const baseUrl = scene.addressOf(wire);
    for (const [kind, type] of Object.entries(TYPES)) {
      const title = titleOf(kind, wire.dialect);
      await world.addCloudModel({ title, baseUrl, dialect: wire.dialect, upstreamModel: wire.model });
      await world.query('update aigcspace.models set type = ? where title = ?', [type, title]);
    }
    await world.query('update aigcspace.providers set settings = ?::jsonb where base_url = ?', [
      JSON.stringify(wire.settings ?? {}),
      baseUrl,
    ]);
  }
  await world.refresh();
});
afterAll(async () => {
  await scene.close();
  await world.close();
});

const titleOf = (kind: string, dialect: string) => `${kind}-at-${dialect}`;

function contextFor(name: string, dialect: string): CheckContext {
  const { origin, key } = world;
  const titles = Object.keys(TYPES).map((kind) => [kind, titleOf(kind, dialect)]);
  return { origin, key, scene, name, ...Object.fromEntries(titles) } as CheckContext;
}

/** Of the clients as they are installed here. */
function versions(): Record<string, string> {
  const manifest = createRequire(import.meta.url)('../../package.json') as Record<
    string,
    Record<string, string>
  >;
  return { ...manifest.dependencies, ...manifest.devDependencies };
}

describe('published clients work unmodified', () => {
  test.each((isFull ? fullMatrix() : pairwiseMatrix()).map((cell) => [nameOf(cell), cell] as const))(
    '%s',
    async (name, { check, wire }) => {
      results.set(name, false);
      await check.run(contextFor(name, wire.dialect));
      results.set(name, true);
    },
  );
});

test('every call of theirs is in the books', () => world.expectBooksRight());

test('the documented table has the rows, columns and versions of this one, and all of it works', () => {
  const expected = new Map(fullMatrix().map((cell) => [nameOf(cell), true]));
  if (isFull) writeFileSync(DOCUMENT, `${INTRODUCTION}${renderMatrix(results, versions())}\n`);
  const written = readFileSync(DOCUMENT, 'utf8').replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---');
  expect(written).toBe(`${INTRODUCTION}${renderMatrix(expected, versions())}\n`);
});
