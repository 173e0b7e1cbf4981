import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createRequestGuard, type GuardOptions } from './request-guard.ts';

/** Only the headers are looked at. */
const asked = (host: string) => ({ headers: { host } }) as IncomingMessage;
const allowed = (options: GuardOptions, host: string) =>
  createRequestGuard(options).isHostAllowed(asked(host));

test.each([
  ['localhost:8000', true],
  ['panel.localhost', true],
  ['127.9.9.9', true],
  ['[::1]:8000', true],
  ['192.168.1.5:8000', false],
  ['my-machine:8000', false],
  ['user@localhost', false],
  ['localhost/evil', false],
  ['', false],
])('bound to loopback, host %j is answered: %s', (host, expected) => {
  expect(allowed({ host: '127.0.0.1', publicUrl: null }, host)).toBe(expected);
});

test('bound to every address without PUBLIC_URL, any name is answered', () => {
  expect(allowed({ host: '0.0.0.0', publicUrl: null }, 'gateway.internal:8000')).toBe(true);
});

test('bound to every address with PUBLIC_URL, only its host, loopback and plain addresses are', () => {
  const options = { host: '0.0.0.0', publicUrl: new URL('https://ai.example.com') };
  expect(allowed(options, 'ai.example.com')).toBe(true);
  expect(allowed(options, 'localhost:8000')).toBe(true);
  expect(allowed(options, '10.0.0.8:8000')).toBe(true);
  expect(allowed(options, 'evil.example')).toBe(false);
});
