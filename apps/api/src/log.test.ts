import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logOptions } from './log.ts';

test('secrets are removed wherever a careless line puts them', () => {
  let printed = '';
  const log = pino(
    logOptions('info'),
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        printed += chunk.toString();
        done();
      },
    }),
  );
  const canary = 'canary-7f3a';
  log.info({ password: canary, api_key: canary, authorization: canary }, 'own');
  log.info({ headers: { authorization: canary, cookie: canary, 'x-api-key': canary } }, 'headers');
  log.info(
    { req: { headers: { authorization: canary, 'x-api-key': canary, 'set-cookie': canary } } },
    'request',
  );
  log.info({ input: { current_password: canary, token: canary, localApiKey: canary } }, 'input');
  expect(printed.match(/\[removed\]/g)).toHaveLength(12);
  expect(printed).not.toContain(canary);
});
