import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityManager } from '@aigc/db/orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../log.ts';
import { Reply } from '../reply.ts';
import { openAiStyle } from '../styles/openai-style.ts';
import { ClaimRegistry } from './claim-registry.ts';
import { HeldKey } from './held-key.ts';

type Answer = () => Promise<unknown[]>;

const CLAIM = { requestId: 'req_1', scope: 'key:1', keyHash: 'k', bodyHash: 'b' };
/** What the database is asked for claims, and how it answers the next questions; without an answer: at once, with a row. */
const asked: string[] = [];
const answers: Answer[] = [];
const em = {
  execute(sql: string, parameters: unknown[]) {
    asked.push(`${sql.trim().split(' ', 1)[0]} ${String(parameters[0])}`);
    return answers.shift()?.() ?? Promise.resolve([{}]);
  },
} as unknown as EntityManager;
const secrets = { seal: (text: string) => text, open: (text: string) => text };

let registry: ClaimRegistry;
let reply: Reply;
beforeEach(() => {
  vi.useFakeTimers();
  const log = createLog({ level: 'silent', isForPeople: false });
  registry = new ClaimRegistry({ em: () => em, secrets, instanceId: 'ins_1', log });
  reply = new Reply({} as IncomingMessage, {} as ServerResponse, {
    requestId: CLAIM.requestId,
    startedAtMs: 0,
    isOpenToOrigins: true,
    style: openAiStyle,
  });
});
afterEach(() => {
  vi.useRealTimers();
  asked.length = 0;
  answers.length = 0;
});

const unavailable = { code: 'service_unavailable', options: { retryAfterSeconds: expect.any(Number) } };
const FREED = ['insert req_1', 'delete ["req_1"]'];

test('a claim that may have been committed although its answer was lost is freed, and the key works again', async () => {
  answers.push(() => Promise.reject(new Error('Connection terminated unexpectedly')));
  await expect(registry.hold(CLAIM, reply)).rejects.toMatchObject({ code: 'service_unavailable' });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(FREED);
  expect(await registry.hold({ ...CLAIM, requestId: 'req_2' }, reply)).toBeInstanceOf(HeldKey);
});

test('a database that is silent is not waited for, and a claim that it takes later is freed', async () => {
  const silent = Promise.withResolvers<unknown[]>();
  answers.push(() => silent.promise);
  const holding = expect(registry.hold(CLAIM, reply)).rejects.toMatchObject(unavailable);
  await vi.advanceTimersByTimeAsync(5000);
  await holding;
  expect(asked).toEqual(['insert req_1']);
  silent.resolve([{}]);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(FREED);
});

test('while the database is away keys are freed together, once it is back', async () => {
  vi.useRealTimers();
  const away = () => Promise.reject(new Error('Connection terminated unexpectedly'));
  answers.push(away, away, away);
  await expect(registry.hold(CLAIM, reply)).rejects.toMatchObject({ code: 'service_unavailable' });
  const other = { ...CLAIM, keyHash: 'other', requestId: 'req_2' };
  await expect(registry.hold(other, reply)).rejects.toMatchObject({ code: 'service_unavailable' });
  await expect
    .poll(() => asked, { timeout: 10_000 })
    .toEqual([...FREED, 'insert req_2', 'delete ["req_1","req_2"]']);
});
