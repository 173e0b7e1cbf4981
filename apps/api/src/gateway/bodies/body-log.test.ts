import { randomBytes } from 'node:crypto';
import type { RunStatement, Statement } from '@aigc/db/deadline-connection';
import { openBodies } from '@aigc/core/call-bodies/kept-bodies';
import { createSecrets } from '@aigc/core/secrets/create-secrets';
import type { BodyLogging } from '@aigc/core/settings/settings';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { scanBody } from '../body/scan-body.ts';
import type { Reserved } from '../pipeline/contexts.ts';
import { BodyLog } from './body-log.ts';

const secrets = createSecrets([{ id: 1, key: randomBytes(32) }]);
const ALL: BodyLogging = { mode: 'all', maxBytes: 1000, keepDays: 7 };

interface WrittenRow {
  requestId: string;
  sealed: string | null;
}

/** A body log whose database is a list, which answers when it is told to. */
function bodyLog({
  policy = ALL,
  maxMemoryBytes = 10_000,
}: {
  policy?: BodyLogging | null;
  maxMemoryBytes?: number;
}) {
  const written: WrittenRow[] = [];
  const gate = Promise.withResolvers<void>();
  const faults: Error[] = [];
  const run = (async ({ values = [] }: Statement) => {
    await gate.promise;
    const fault = faults.shift();
    if (fault !== undefined) throw fault;
    const [ids, , , sealed] = values as [string[], string[], number[], (string | null)[]];
    ids.forEach((requestId, index) => written.push({ requestId, sealed: sealed[index] ?? null }));
    return [];
  }) as RunStatement;
  const log = new BodyLog({
    snapshot: { bodyLogging: () => policy },
    secrets,
    connection: { use: (work) => work(run), close: async () => {} },
    log: pino({ level: 'silent' }),
    maxMemoryBytes,
  });
  return { log, written, faults, release: () => gate.resolve() };
}

/** As much of a call as its bodies need. */
function call(requestId: string, body: object): Reserved {
  const context: Pick<Reserved, 'requestId' | 'createdAt'> & { caller: object; request: object } = {
    requestId,
    createdAt: '2026-11-21T10:00:00.000Z',
    caller: { user: { id: 'usr_1' }, key: { id: 3 } },
    request: { body: scanBody(Buffer.from(JSON.stringify(body))) },
  };
  return context as Reserved;
}

test('while it is off, a call has nothing to collect with', () => {
  expect(bodyLog({ policy: null }).log.open()).toBeNull();
});

test('request and answer are sealed to their call', async () => {
  const { log, written, release } = bodyLog({});
  release();
  const capture = log.open();
  capture?.events(Buffer.from('data: {"a":1}\n\n'));
  capture?.events(Buffer.from('data: [DONE]\n\n'));
  capture?.end(call('req_1', { model: 'm' }), false);
  expect(await log.flush(5_000)).toBe(true);
  const sealed = written[0]?.sealed ?? '';
  expect(sealed).not.toContain('model');
  expect(await openBodies(secrets, { requestId: 'req_1', userId: 'usr_1' }, sealed)).toEqual({
    request: { contentType: 'application/json', text: '{"model":"m"}', bytes: 13, isTruncated: false },
    answer: {
      contentType: 'text/event-stream',
      text: 'data: {"a":1}\n\ndata: [DONE]\n\n',
      bytes: 29,
      isTruncated: false,
    },
  });
  await expect(openBodies(secrets, { requestId: 'req_2', userId: 'usr_1' }, sealed)).rejects.toThrow();
  expect(log.counts).toEqual({ written: 1, dropped: 0, waitingBytes: 0 });
});

test('of calls that succeeded nothing is kept where only failures are, nor any memory', async () => {
  const { log, written, release } = bodyLog({ policy: { ...ALL, mode: 'failed' } });
  release();
  for (const isFailed of [false, true]) {
    const capture = log.open();
    capture?.whole('application/json', Buffer.from('{}'));
    capture?.end(call(`req_${isFailed}`, {}), isFailed);
  }
  await log.flush(5_000);
  expect(written.map(({ requestId }) => requestId)).toEqual(['req_true']);
  expect(log.counts.waitingBytes).toBe(0);
});

test('while the database does not answer memory has a bound; what is dropped leaves a mark and is counted', async () => {
  const { log, written, release } = bodyLog({ maxMemoryBytes: 3_000 });
  for (let index = 0; index < 20; index += 1) {
    const capture = log.open();
    capture?.whole('text/plain', Buffer.alloc(500, 'x'));
    capture?.end(call(`req_${index}`, { text: 'word '.repeat(80) }), false);
    expect(log.counts.waitingBytes).toBeLessThanOrEqual(3_000);
  }
  const { dropped } = log.counts;
  expect(dropped).toBeGreaterThan(10);
  release();
  expect(await log.flush(5_000)).toBe(true);
  expect(written).toHaveLength(20);
  expect(written.filter(({ sealed }) => sealed === null)).toHaveLength(dropped);
  expect(log.counts).toEqual({ written: 20 - dropped, dropped, waitingBytes: 0 });
});

test('what the database did not take is written when it is back', async () => {
  const { log, written, faults, release } = bodyLog({});
  faults.push(Object.assign(new Error('gone'), { code: '57P01' }));
  release();
  log.open()?.end(call('req_1', {}), false);
  expect(await log.flush(5_000)).toBe(true);
  expect(written).toHaveLength(1);
});

test('the end of the process does not wait for a database that is silent', async () => {
  const { log } = bodyLog({});
  log.open()?.end(call('req_1', {}), false);
  await log.close(20);
  expect(log.counts.written).toBe(0);
});
