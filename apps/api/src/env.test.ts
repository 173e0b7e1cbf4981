import { expect, test } from 'vitest';
import { EnvError, readEnv } from './env.ts';

test('nothing set is a single-machine installation', () => {
  const env = readEnv({});
  expect(env).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    publicUrl: null,
    databaseUrl: null,
    registration: 'closed',
    defaultLocale: 'en',
    currency: null,
    logLevel: 'info',
    isLogLevelSet: false,
    upstreamAllowLoopback: true,
    trustProxy: [],
    providerKeys: {},
    initAdmin: null,
  });
  expect(env.dataDir).toMatch(/^\/.*\.data$/);
});

test('an empty variable counts as absent', () => {
  expect(readEnv({ PORT: '', DATABASE_URL: '', PUBLIC_URL: '', LOG_LEVEL: '' })).toEqual(readEnv({}));
});

test.each([
  ['127.0.0.1', undefined, true],
  ['localhost', undefined, true],
  ['::1', undefined, true],
  ['0.0.0.0', undefined, false],
  ['192.168.1.2', undefined, false],
  ['0.0.0.0', 'true', true],
  ['127.0.0.1', 'no', false],
])(
  'bound to %s with UPSTREAM_ALLOW_LOOPBACK=%s loopback upstreams are allowed: %s',
  (host, asked, allowed) => {
    const env = readEnv({ HOST: host, ...(asked === undefined ? {} : { UPSTREAM_ALLOW_LOOPBACK: asked }) });
    expect(env.upstreamAllowLoopback).toBe(allowed);
  },
);

test('PUBLIC_URL wins over its older name', () => {
  expect(readEnv({ ORIGIN: 'https://old.example' }).publicUrl?.origin).toBe('https://old.example');
  const both = { ORIGIN: 'https://old.example', PUBLIC_URL: 'https://new.example/' };
  expect(readEnv(both).publicUrl?.origin).toBe('https://new.example');
});

test('keys of providers are collected by their names, and other secrets are not', () => {
  const keys = { DASHSCOPE_API_KEY: 'sk-2', SOME_API_KEY: 'sk-3', VERTEX_SERVICE_ACCOUNT: '{}' };
  const env = readEnv({ ...keys, OPENAI_API_KEY: ' sk-1 ', METRICS_TOKEN: 'x', SOME_API_KEY_OLD: 'y' });
  expect(env.providerKeys).toEqual({ ...keys, OPENAI_API_KEY: 'sk-1' });
});

test.each([
  [{ PORT: '65536' }, 'PORT must be a port from 0 to 65535.'],
  [{ PORT: '80 80' }, 'PORT must be a port'],
  [{ PUBLIC_URL: 'https://a.example/panel' }, 'PUBLIC_URL must be an address such as'],
  [{ PUBLIC_URL: 'https://user:pass@a.example' }, 'PUBLIC_URL must be an address such as'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a PostgreSQL address'],
  [{ UPSTREAM_ALLOW: '10.0.0.1' }, 'UPSTREAM_ALLOW "10.0.0.1": no port'],
  [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY must be addresses or blocks'],
  [{ TRUST_PROXY: 'proxy.example' }, 'TRUST_PROXY must be addresses or blocks'],
  [{ SETTLE: 'memory' }, 'SETTLE must be one of journal, database.'],
  [{ SNAPSHOT_MAX_STALE: '1' }, 'SNAPSHOT_MAX_STALE must be a number of seconds from 5.'],
  [{ INIT_ADMIN_EMAIL: 'a@example.com' }, 'INIT_ADMIN_PASSWORD is missing: it belongs to INIT_ADMIN_EMAIL.'],
  [{ INIT_ADMIN_PASSWORD: 'correct horse' }, 'INIT_ADMIN_EMAIL is missing'],
  [
    { INIT_ADMIN_EMAIL: 'a@example.com', INIT_ADMIN_PASSWORD: 'short' },
    'INIT_ADMIN_PASSWORD must have at least 8 characters.',
  ],
])('%o is refused in one line that names the variable', (given, message) => {
  expect(() => readEnv(given)).toThrow(EnvError);
  expect(() => readEnv(given)).toThrow(message);
});

test('a wrong secret is not repeated', () => {
  for (const name of ['SECRET_KEYS', 'INIT_API_KEY', 'INIT_ADMIN_PASSWORD', 'DATABASE_URL']) {
    const secret = 's3cr3t';
    expect(() => readEnv({ [name]: secret })).toThrow(new RegExp(`^(?!.*${secret}).*$`));
  }
});
