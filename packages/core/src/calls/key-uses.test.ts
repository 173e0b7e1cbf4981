import { expect, test } from 'vitest';
import { NO_USAGE } from './call.ts';
import type { Settlement } from './call-books.ts';
import { KeyUses } from './key-uses.ts';

function use(apiKeyId: number | null, createdAt: string): Settlement {
  return {
    call: {
      requestId: `req_${createdAt}`,
      userId: 'usr_1',
      organisationId: 'org_1',
      projectId: 'prj_1',
      apiKeyId,
      modelId: null,
      modelName: 'm',
      provider: null,
      endpoint: 'chat/completions',
      source: 'api',
      isLocal: true,
      isStream: false,
      price: null,
      requestIp: null,
      createdAt,
    },
    outcome: {
      status: 'success',
      httpStatus: 200,
      errorCode: null,
      errorMessage: null,
      usage: NO_USAGE,
      bill: '0',
      latencyMs: 1,
      ttftMs: null,
    },
    idempotency: null,
  };
}

test('a first use is due at once, those that follow when some time has passed, and nothing is forgotten', () => {
  let nowMs = 0;
  const uses = new KeyUses(() => nowMs);
  const enter = (settlements: Settlement[]) => {
    const due = uses.due(settlements);
    uses.entered(settlements, due);
    return Object.fromEntries(due);
  };
  expect(enter([use(1, 'b'), use(1, 'a'), use(null, 'z')])).toEqual({ 1: 'b' });
  expect(enter([use(1, 'c'), use(2, 'c')])).toEqual({ 2: 'c' });
  nowMs = 9_000;
  expect(enter([use(1, 'd')])).toEqual({});
  expect(Object.fromEntries(uses.due([], { all: true }))).toEqual({ 1: 'd' });
  nowMs = 10_000;
  expect(enter([])).toEqual({ 1: 'd' });
  uses.prune();
  expect(enter([])).toEqual({});
  nowMs = 30_000;
  uses.prune();
  expect(enter([use(1, 'e')])).toEqual({ 1: 'e' });
});
