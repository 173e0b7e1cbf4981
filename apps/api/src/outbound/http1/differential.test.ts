import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerArbitrary, bytesOf } from '../../../test/support/raw-answers.ts';
import { REFUSED_ANSWERS } from '../../../test/support/refused-answers.ts';
import { AllowList } from '../allow-list.ts';
import { createOutbound } from '../dispatcher.ts';
import type { Outbound } from '../outbound.ts';

/** What a client made of an answer: what it read, or that it refused. */
type Reading = { status: number; body: string } | 'error';

let origin: string;
let answer: Buffer = Buffer.alloc(0);
let outbound: Outbound;
let agent: Agent;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(answer));
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  outbound = createOutbound({
    policy: { allow: AllowList.empty, allowLoopback: true, ownPorts: () => new Set(), allowMetadata: false },
  });
  agent = new Agent({ pipelining: 1, allowH2: false });
});

afterAll(async () => {
  await outbound.close();
  await agent.destroy();
  server.close();
});

function ours(): Promise<Reading> {
  return new Promise((resolve) => {
    const read = { status: 0, body: '' };
    outbound.start(
      {
        url: origin,
        method: 'POST',
        headers: {},
        body: [Buffer.from('{}')],
        headersTimeoutMs: 5_000,
        bodyIdleTimeoutMs: 5_000,
        totalTimeoutMs: 10_000,
        maxResponseBytes: 1_000_000,
        trust: 'user',
      },
      {
        onHeaders: (status) => (read.status = status),
        onData: (bytes) => (read.body += bytes.toString('latin1')),
        onEnd: () => resolve(read),
        onError: () => resolve('error'),
      },
    );
  });
}

function undicis(): Promise<Reading> {
  return new Promise((resolve) => {
    const read = { status: 0, body: '' };
    agent.dispatch(
      { origin, path: '/', method: 'POST', body: '{}', headersTimeout: 5_000, bodyTimeout: 5_000 },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => (read.status = status),
        onResponseData: (_controller, chunk) => (read.body += chunk.toString('latin1')),
        onResponseEnd: () => resolve(read),
        onResponseError: () => resolve('error'),
      },
    );
  });
}

async function both(bytes: Buffer): Promise<{ ours: Reading; undici: Reading }> {
  answer = bytes;
  return { ours: await ours(), undici: await undicis() };
}

/** undici refuses an interim answer 100 that was not asked for; RFC 9110 (15.2) has clients skip it. */
function hasContinue(bytes: Buffer): boolean {
  return / 100 /.test(bytes.toString('latin1'));
}

test('valid answers are read as undici reads them', async () => {
  await fc.assert(
    fc.asyncProperty(answerArbitrary, async (valid) => {
      fc.pre(!hasContinue(bytesOf(valid)));
      const readings = await both(bytesOf(valid));
      expect(readings.ours).toEqual({ status: valid.status, body: valid.body });
      expect(readings.undici).toEqual(readings.ours);
    }),
    { numRuns: 150, seed: 3 },
  );
});

test('no damaged answer is accepted that undici refuses, or read differently', async () => {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('change', 'insert', 'remove'),
    // What matters to the protocol, and anything.
    byte: fc.oneof(fc.constantFrom(...Buffer.from('\r\n:; 0123456789abcdef,\t\0')), fc.nat({ max: 255 })),
  });
  await fc.assert(
    fc.asyncProperty(
      answerArbitrary,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (valid, changes) => {
        const bytes = [...bytesOf(valid)];
        for (const { at, kind, byte } of changes) {
          bytes.splice(at % bytes.length, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
        }
        fc.pre(!hasContinue(Buffer.from(bytes)));
        const readings = await both(Buffer.from(bytes));
        if (readings.ours !== 'error') expect(readings.undici).toEqual(readings.ours);
      },
    ),
    { numRuns: 400, seed: 3 },
  );
});

/** Where we are stricter than undici, and why. */
const UNDICI_ACCEPTS: Readonly<Record<string, string>> = {
  'HTTP/2': 'it was not offered, and whatever follows is not HTTP/1',
  'a leading empty line': 'RFC 9112 (2.2) lets servers skip it, not clients; it is a rest of another answer',
  'a status above 599': 'RFC 9110 (15): invalid',
  'a reason with a control character': 'RFC 9112 (4): no control characters but the tab',
  'an unknown coding': 'what it would be until the connection closes is not the body',
  'identity as a coding': 'RFC 9112 (7) knows none of that name',
  'a coding before chunks': 'it would have to be decoded, and was not asked for',
  'an almost chunked coding': 'unknown: see above',
  'chunks twice': 'RFC 9112 (7.1): never applied twice; two programs may disagree on the end',
  'an interim answer with a body': 'RFC 9110 (15.2): there is none; two programs may disagree on the end',
};

describe('is refused', () => {
  test.each(REFUSED_ANSWERS)('%s', async (name, text) => {
    const readings = await both(Buffer.from(text, 'latin1'));
    expect(readings.ours).toBe('error');
    expect(readings.undici === 'error' ? 'refused' : 'accepted').toBe(
      name in UNDICI_ACCEPTS ? 'accepted' : 'refused',
    );
  });
});
