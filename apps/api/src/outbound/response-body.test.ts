import { expect, test } from 'vitest';
import { ResponseBody } from './response-body.ts';

function bodyWithLog(): { body: ResponseBody; log: string[] } {
  const log: string[] = [];
  const body: ResponseBody = new ResponseBody({
    pause: () => log.push('pause'),
    resume: () => log.push('resume'),
    cancel: (reason) => {
      log.push('cancel');
      body.fail(reason ?? new Error('cancelled'));
    },
  });
  return { body, log };
}

test('chunks come in order, those that waited and those that are waited for', async () => {
  const { body } = bodyWithLog();
  body.push(Buffer.from('a'));
  body.push(Buffer.from('b'));
  setImmediate(() => {
    body.push(Buffer.from('c'));
    setImmediate(() => body.end());
  });
  const seen: string[] = [];
  for await (const chunk of body) seen.push(chunk.toString());
  expect(seen).toEqual(['a', 'b', 'c']);
});

test('the source is paused while bytes wait and resumed once they are read', async () => {
  const { body, log } = bodyWithLog();
  body.push(Buffer.alloc(40_000));
  expect(log).toEqual([]);
  body.push(Buffer.alloc(40_000));
  expect(log).toEqual(['pause']);
  await body.next();
  expect(log).toEqual(['pause']);
  await body.next();
  expect(log).toEqual(['pause', 'resume']);
});

test('chunks that arrived before a failure are delivered before it is thrown', async () => {
  const { body } = bodyWithLog();
  body.push(Buffer.from('a'));
  body.fail(new Error('reset'));
  expect((await body.next()).value?.toString()).toBe('a');
  await expect(body.next()).rejects.toThrow('reset');
  await expect(body.next()).rejects.toThrow('reset');
});

test('leaving the loop cancels the source once, and a body that ended is not cancelled', async () => {
  const left = bodyWithLog();
  left.body.push(Buffer.from('a'));
  for await (const chunk of left.body) {
    expect(chunk.toString()).toBe('a');
    break;
  }
  left.body.destroy();
  expect(left.log).toEqual(['cancel']);

  const ended = bodyWithLog();
  ended.body.push(Buffer.from('a'));
  ended.body.end();
  ended.body.destroy();
  expect(ended.log).toEqual([]);
  expect(await ended.body.next()).toEqual({ done: true, value: undefined });
});

test('a waiting reader learns that the body was destroyed, and a second reader is refused', async () => {
  const { body } = bodyWithLog();
  const first = body.next();
  await expect(body.next()).rejects.toThrow('one reader');
  body.destroy(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
});
