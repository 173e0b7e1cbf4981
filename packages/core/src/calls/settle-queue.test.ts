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
