import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROVIDER_PRESETS } from '../packages/providers/src/presets.ts';
import { inRoot } from './lib/root.mjs';

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name).toSorted();

/** The variables that the API's reader declares, and the keys of the provider presets. */
const readByApi = [
  ...namesIn(read('apps/api/src/env.ts').split('z.object({')[1] ?? '', /^ {2}([A-Z][A-Z_]+):/gm),
  ...PROVIDER_PRESETS.map((preset) => preset.key_variable),
].toSorted();

interface Compose {
  services: Record<string, { environment?: Record<string, string>; ports?: string[] }>;
}

describe('deployment files', () => {
  test('.env.example lists exactly the variables that the API reads', () => {
    expect(namesIn(read('.env.example'), /^# ([A-Z][A-Z_]+)=/gm)).toEqual(readByApi);
  });

  test('compose.yaml parses and sets only variables that the API reads', () => {
    const compose = parse(read('compose.yaml')) as Compose;
    expect(Object.keys(compose.services)).toEqual(['app', 'postgres']);
    const unknown = Object.keys(compose.services['app']?.environment ?? {}).filter(
      (name) => !readByApi.includes(name),
    );
    expect(unknown).toEqual([]);
  });

  test('compose.yaml publishes ports on this machine only', () => {
    const compose = parse(read('compose.yaml')) as Compose;
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('the Dockerfile sets only variables that the API reads, and runs as an ordinary user', () => {
    const dockerfile = read('Dockerfile');
    const set = namesIn(dockerfile.split(/^FROM/m).at(-1) ?? '', /\b([A-Z][A-Z_]+)=/g);
    expect(set.filter((name) => ![...readByApi, 'NODE_ENV'].includes(name))).toEqual([]);
    expect(dockerfile).toMatch(/^USER node$/m);
  });

  test('the workflow parses and runs the one command', () => {
    const workflow = parse(read('.github/workflows/ci.yml')) as {
      jobs: { test: { steps: { run?: string }[] } };
    };
    expect(workflow.jobs.test.steps.flatMap((step) => step.run ?? [])).toEqual(['.ci/run']);
  });
});
