import { ConnectionLostError } from '@aigc/db/sql-session';
import { expect, test } from 'vitest';
import { NO_USAGE } from './call.ts';
import type { Settlement } from './call-books.ts';
import { SettleQueue } from './settle-queue.ts';

function settlementOf(requestId: string): Settlement {
  const call = {
    requestId,
    userId: 'usr_1',
    organisationId: 'org_1',
    projectId: 'prj_1',
    apiKeyId: 1,
    modelId: 1,
    modelName: 'm',
    provider: 'p',
    endpoint: 'chat/completions',
    source: 'api',
    isLocal: false,
    isStream: false,
    price: null,
    requestIp: null,
    createdAt: '2026-11-21T00:00:00.000Z',
  } as const;
  const outcome = {
    status: 'success',
    httpStatus: 200,
    errorCode: null,
    errorMessage: null,
    usage: NO_USAGE,
    bill: '0.0000000000',
    latencyMs: 1,
    ttftMs: null,
  } as const;
  return { call, outcome, idempotency: null };
}

test('while the database is away refusals take a bounded part of memory, and every call is still entered', async () => {
  const away = Promise.withResolvers<void>();
  const entered: string[] = [];
  const queue = new SettleQueue({
    enter: async (settlements) => {
      await away.promise;
      entered.push(...settlements.map(({ call }) => call.requestId));
    },
    setAside: async () => {},
    onError: () => {},
  });
  for (let refused = 0; refused < 30_000; refused += 1) queue.add(settlementOf('refused'));
  const settled = queue.settle(settlementOf('called'));
  expect(queue.size).toBeLessThanOrEqual(10_001);
  away.resolve();
  await settled;
  expect(entered).toContain('called');
});

test('nobody is told of a failure while it is not known whether the call was committed', async () => {
  const back = Promise.withResolvers<void>();
  const entered: string[] = [];
  let attempts = 0;
  const queue = new SettleQueue({
    enter: async (settlements) => {
      attempts += 1;
      // Its commit is sent and done, the answer is lost, and the database stays away longer than clients wait.
      if (attempts === 1) throw new ConnectionLostError(new Error('reset'), true);
      if (attempts < 4) throw new ConnectionLostError(new Error('refused'), false);
      await back.promise;
      entered.push(...settlements.map(({ outcome }) => outcome.status));
    },
    setAside: async () => {},
    onError: () => {},
    patienceMs: 1,
  });
  let heard: unknown = null;
  const settled = queue.settle(settlementOf('unknown')).then(
    () => (heard = 'success'),
    (error: unknown) => (heard = error),
  );
  await expect.poll(() => attempts).toBe(4);
  expect(heard).toBeNull();
  back.resolve();
  await settled;
  expect(heard).toBe('success');
  expect(entered).toEqual(['success']);
});

test('waiting for the queue keeps no process alive once it is empty', async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const queue = new SettleQueue({ enter: async () => {}, setAside: async () => {}, onError: () => {} });
  void queue.settle(settlementOf('called'));
  expect(await queue.idle(10_000)).toBe(true);
  expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before);
});
