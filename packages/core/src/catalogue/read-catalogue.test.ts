import { expect, test } from 'vitest';
import { CatalogueError, readCatalogue } from './read-catalogue.ts';

function faultsOf(text: string): string[] {
  try {
    readCatalogue(text);
  } catch (error) {
    if (error instanceof CatalogueError) {
      return error.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
    }
    throw error;
  }
  return [];
}

test('prices keep every digit, written with quotes or without', () => {
  const text = `
models:
  - title: exact
    provider: P
    prices: { input: 0.1234567891, output: "12.50", call: 3, image: 12345678901234.1234567891 }
`;
  expect(readCatalogue(text).catalogue.models?.[0]?.prices).toEqual({
    input: '0.1234567891',
    output: '12.50',
    call: '3',
    image: '12345678901234.1234567891',
  });
});

test('an unknown key is told with its line, its column and the names that are allowed there', () => {
  const text = `models:
  - title: one
    provider: P
    prices:
      input: 1
      outptu: 2
`;
  expect(faultsOf(text)).toEqual([
    '6:7 models[0].prices: unknown key "outptu". Allowed here: input, output, cachedInput, cacheWrite, cacheWriteHour, audioInput, audioOutput, image, call, audioSecond, duration, character.',
  ]);
  expect(faultsOf('provders: []')).toEqual([
    '1:1 unknown key "provders". Allowed here: providers, models, active.',
  ]);
});

test('wrong types and values are told where they stand, all of them at once', () => {
  const text = `providers:
  - name: 12
    enabled: yes
    apiKeyEnv: SECRET_KEYS
models:
  - title: a
    type: poem
    contextLength: 1.5
    prices: { input: -1, output: 1e3 }
    aliases: b
`;
  expect(faultsOf(text)).toEqual([
    '2:11 providers[0].name must be text (numbers and dates in quotes), not a number.',
    '3:14 providers[0].enabled must be true or false, not a text.',
    '4:16 providers[0].apiKeyEnv must be the name of an environment variable such as EXAMPLE_API_KEY.',
    '6:5 models[0].provider is missing.',
    '7:11 models[0].type must be one of language, vision, embedding, image, speech, transcription, rerank, moderation.',
    '8:20 models[0].contextLength must be a whole number.',
    '9:22 models[0].prices.input must be a number such as 12.5, not negative, with at most ten decimals.',
    '9:34 models[0].prices.output must be a number such as 12.5, not negative, with at most ten decimals.',
    '10:14 models[0].aliases must be a list, not a text.',
  ]);
});

test('a key that stands in the file by mistake is refused and not repeated', () => {
  const [fault = ''] = faultsOf('providers:\n  - name: P\n    apiKey: sk-secret-canary\n');
  expect(fault).toMatch(/^3:5 .*apiKeyEnv/);
  expect(fault).not.toContain('canary');
  expect(faultsOf('providers:\n  - name: P\n   apiKeyEnv: "sk-secret-canary').join()).not.toContain('canary');
});

test('broken YAML, the same key twice and the same name twice are told with their places', () => {
  expect(faultsOf('models:\n  - title: a\n   provider: P\n')[0]).toMatch(/^3:\d+ /);
  expect(faultsOf('models: []\nmodels: []\n')[0]).toMatch(/^2:1 .*unique/);
  expect(faultsOf('providers:\n  - name: P\n  - name: P\n')).toEqual([
    '3:11 There is another provider of this name above.',
  ]);
});

test('an empty file is an empty catalogue, and aliases of YAML work within bounds', () => {
  expect(readCatalogue('# nothing yet\n').catalogue).toEqual({});
  const text = 'models:\n  - &base { title: a, provider: P }\n';
  expect(readCatalogue(text).catalogue.models).toEqual([{ title: 'a', provider: 'P' }]);
  const bomb = `models: ${'['.repeat(3)}&a [x,x,x,x,x,x,x,x,x]${']'.repeat(3)}\nactive: {language: [${'*a,'.repeat(200)}]}`;
  expect(faultsOf(bomb).length).toBeGreaterThan(0);
});
