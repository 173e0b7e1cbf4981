import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEnv } from '../apps/api/src/env.ts';
import { PROVIDER_PRESETS } from '../packages/providers/src/presets.ts';
import { errorsReference, ERROR_MEANINGS } from './lib/errors-reference.ts';
import { listFiles } from './lib/content-hash.mjs';
import { formatMarkdown } from './lib/format-markdown.mjs';
import { inRoot, root } from './lib/root.mjs';

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');

describe('docs/reference/errors.md', () => {
  test('is what scripts/write-reference.mjs writes', async () => {
    expect(read('docs/reference/errors.md')).toBe(await formatMarkdown(errorsReference()));
  });

  test('explains exactly the codes that something answers', () => {
    const server = listFiles(root, [
      'apps/api/src',
      'packages/core/src',
      'packages/providers/src',
      'packages/shared/src/refusals.ts',
    ])
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map(read)
      .join('\n');
    const wrong = Object.entries(ERROR_MEANINGS).filter(
      ([code, meaning]) => server.includes(`'${code}'`) !== (meaning !== null),
    );
    expect(wrong.map(([code]) => code)).toEqual([]);
  });
});

describe('docs/reference/configuration.md', () => {
  /** Rows of its tables: variable, default, meaning. */
  const rows = [
    ...read('docs/reference/configuration.md').matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\| (.+?) +\|$/gm),
  ].map(([, name = '', given = '', meaning = '']) => ({ name, given: given.replaceAll('`', ''), meaning }));
  const declared = [
    ...(read('apps/api/src/env.ts').split('z.object({')[1] ?? '').matchAll(/^ {2}([A-Z][A-Z_]+):/gm),
  ].map(([, name = '']) => name);

  test('has exactly the variables that are read', () => {
    const names = [...declared, ...PROVIDER_PRESETS.map((preset) => preset.key_variable)];
    expect(rows.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  test('names the provider of each key', () => {
    const wrong = PROVIDER_PRESETS.filter(
      (preset) =>
        !rows.some(({ name, meaning }) => name === preset.key_variable && meaning.startsWith(preset.name)),
    );
    expect(wrong.map((preset) => preset.name)).toEqual([]);
  });

  test('states the defaults that apply', () => {
    const env = readEnv({});
    const defaults: Record<string, unknown> = {
      HOST: env.host,
      PORT: env.port,
      WORKERS: env.workers,
      ROLE: env.role,
      DEFAULT_LOCALE: env.defaultLocale,
      REGISTRATION: env.registration,
      LOG_LEVEL: env.logLevel,
      SETTLE: env.settle,
      SNAPSHOT_MAX_STALE: env.snapshotMaxStaleMs / 1000,
      UPSTREAM_ALLOW_METADATA: env.upstreamAllowMetadata,
    };
    const stated = rows.filter(({ given }) => given !== 'none').map(({ name, given }) => [name, given]);
    // The data directory is made absolute when it is read.
    expect(env.dataDir).toBe(inRoot('.data'));
    expect(env.modelsFile).toEqual({ path: inRoot('config/models.yaml'), isRequired: false });
    expect(Object.fromEntries(stated)).toEqual({
      ...Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)])),
      DATA_DIR: '.data',
      MODELS_FILE: 'config/models.yaml',
    });
  });
});
