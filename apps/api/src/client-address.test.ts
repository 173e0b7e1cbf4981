import { expect, test } from 'vitest';
import { clientAddress, createTrustProxy } from './client-address.ts';

const request = (remoteAddress: string, headers: Record<string, string> = {}) => ({
  headers,
  socket: { remoteAddress },
});
const trust = createTrustProxy(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
const nobody = createTrustProxy([]);

test('without trusted proxies nobody can pretend to be another address', () => {
  const req = request('203.0.113.9', { 'x-forwarded-for': '198.51.100.1' });
  expect(clientAddress(req, nobody)).toBe('203.0.113.9');
  expect(clientAddress(req, trust)).toBe('203.0.113.9');
});

test.each([
  ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
  ['192.0.2.7', '198.51.100.1', '198.51.100.1'],
  ['192.0.2.8', '198.51.100.1', '192.0.2.8'],
  ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
  ['fd00::1', '2001:db8::5', '2001:db8::5'],
  // Only the hops that we know appended truthfully; the rest is what the client wrote.
  ['10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
  ['10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
  ['10.1.2.3', '[2001:db8::5]:4711', '2001:db8::5'],
  ['10.1.2.3', 'unknown', '10.1.2.3'],
  ['10.1.2.3', '', '10.1.2.3'],
  ['10.1.2.3', '10.4.4.4', '10.4.4.4'],
])('from %s with "%s" it is %s', (socket, forwarded, expected) => {
  expect(clientAddress(request(socket, { 'x-forwarded-for': forwarded }), trust)).toBe(expected);
});

test('the panel’s own calls carry the visitor’s address, and nobody else’s do', () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  const own = { ...headers, 'x-internal-token': nobody.internalToken };
  expect(clientAddress(request('127.0.0.1', own), nobody)).toBe('203.0.113.9');
  expect(clientAddress(request('127.0.0.1', { ...headers, 'x-internal-token': 'guess' }), nobody)).toBe(
    '127.0.0.1',
  );
});

test('a visitor behind a trusted proxy is found through both hops', () => {
  const headers = { 'x-forwarded-for': '203.0.113.9, 10.1.2.3', 'x-internal-token': trust.internalToken };
  expect(clientAddress(request('127.0.0.1', headers), trust)).toBe('203.0.113.9');
});
