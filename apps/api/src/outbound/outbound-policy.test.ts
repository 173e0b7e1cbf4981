import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { parseAllowList } from './allow-list.ts';
import { allowingEntry, judge, type OutboundPolicy } from './outbound-policy.ts';

function policy(allow: string, rest: Partial<OutboundPolicy> = {}): OutboundPolicy {
  return {
    allow: parseAllowList(allow),
    allowLoopback: false,
    ownPorts: () => new Set([8000, 5432]),
    allowMetadata: false,
    ...rest,
  };
}

function isAllowed(rules: OutboundPolicy, address: string, port: number, hostname = address): boolean {
  return judge(rules, { hostname, address, port }).allowed;
}

test('public addresses are allowed on any port, everything else is not', () => {
  expect(isAllowed(policy(''), '8.8.8.8', 8000)).toBe(true);
  for (const address of [
    '127.0.0.1',
    '::1',
    '10.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '',
    'garbage',
    '::ffff:0:0',
  ]) {
    expect(isAllowed(policy(''), address, 443)).toBe(false);
  }
});

test('the single-machine default allows loopback except on ports of our own', () => {
  const rules = policy('', { allowLoopback: true });
  expect(isAllowed(rules, '127.0.0.1', 11434)).toBe(true);
  expect(isAllowed(rules, '::1', 11434)).toBe(true);
  expect(isAllowed(rules, '::ffff:127.0.0.1', 11434)).toBe(true);
  expect(isAllowed(rules, '127.0.0.1', 8000)).toBe(false);
  expect(isAllowed(rules, '127.9.9.9', 5432)).toBe(false);
  expect(isAllowed(rules, '::1', 8000)).toBe(false);
  expect(isAllowed(rules, '0.0.0.0', 11434)).toBe(false);
  expect(isAllowed(rules, '10.0.0.1', 11434)).toBe(false);
});

test('only an entry that names the port opens a port of our own, on loopback and on our other addresses', () => {
  expect(isAllowed(policy('127.0.0.0/8:*'), '127.0.0.1', 9000)).toBe(true);
  expect(isAllowed(policy('127.0.0.0/8:*'), '127.0.0.1', 8000)).toBe(false);
  expect(isAllowed(policy('localhost:*'), '127.0.0.1', 8000, 'localhost')).toBe(false);
  expect(isAllowed(policy('[::1]:8000'), '::1', 8000)).toBe(true);
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => !address.internal && address.family === 'IPv4');
  if (own !== undefined) {
    expect(isAllowed(policy('0.0.0.0/0:*'), own.address, 8000)).toBe(false);
    expect(isAllowed(policy('0.0.0.0/0:*'), own.address, 9000)).toBe(!own.address.startsWith('169.254.169.'));
  }
  expect(isAllowed(policy('10.0.0.0/8:*'), '10.255.255.254', 8000)).toBe(true);
});

test('a metadata address needs its flag and an entry', () => {
  const address = '169.254.169.254';
  expect(isAllowed(policy('', { allowMetadata: true }), address, 80)).toBe(false);
  expect(isAllowed(policy('169.254.169.254:80'), address, 80)).toBe(false);
  expect(isAllowed(policy('169.254.0.0/16:*'), address, 80)).toBe(false);
  expect(isAllowed(policy('metadata.google.internal:80'), address, 80, 'metadata.google.internal')).toBe(
    false,
  );
  expect(isAllowed(policy('169.254.169.254:80', { allowMetadata: true }), address, 80)).toBe(true);
  expect(judge(policy(''), { hostname: address, address, port: 80 })).toMatchObject({
    needsMetadataFlag: true,
  });
});

test('no entry opens the unspecified address, which would reach this machine', () => {
  expect(isAllowed(policy('0.0.0.0:80,0.0.0.0/0:*', { allowLoopback: true }), '0.0.0.0', 80)).toBe(false);
  expect(isAllowed(policy('[::]:80,[::]/0:*', { allowLoopback: true }), '::', 80)).toBe(false);
});

test('the entry suggested for a refused address allows it, and none is suggested that would not', () => {
  for (const address of ['127.0.0.1', '10.0.0.1', 'fd00::1', '0.0.0.0', '::', '169.254.169.254']) {
    const target = { hostname: address, address, port: 8000 };
    const entry = allowingEntry(judge(policy(''), target), target);
    expect(entry === null || judge(policy(entry), target).allowed).toBe(true);
    expect(entry === null).toBe(['0.0.0.0', '::', '169.254.169.254'].includes(address));
  }
});
