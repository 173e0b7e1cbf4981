import { expect, test } from 'vitest';
import { runInProcess } from './support/cli-in-process.ts';

/** Wrong usage is found before anything is opened, so nothing is there to be opened. */
const run = (...args: string[]) => runInProcess(args, { DATA_DIR: '/nonexistent/aigc-cli-usage' });

test.each([
  [['rapport'], 'Did you mean report?'],
  [['report', '--start', '2026-03-02', '--end', '2026-03-01'], 'must not be after --end'],
  [['report', '--start', '2026-02-30'], 'It must be a day such as'],
  [['report', '--time-zone', 'Mars/Base'], 'It must be a time zone such as Asia/Shanghai.'],
  [['report', '--by', 'colour'], 'Allowed choices are day, model, user, key.'],
  [['report', '--colour'], "unknown option '--colour'"],
  [['user', 'top-up', 'ann@example.com'], "missing required argument 'amount'"],
  [['user', 'top-up', 'ann@example.com', '0'], 'It must be more than zero.'],
  [['user', 'top-up', 'ann@example.com', '1e3'], 'not negative, with at most ten decimals'],
  [['user', 'top-up', 'ann@example.com', '1.00000000001'], 'with at most ten decimals'],
  [['user', 'top-up', 'ann', '1'], 'It must be an e-mail address.'],
  [['user', 'create', '--email', 'ann@example.com'], "required option '--name <name>' not specified"],
  [['user', 'create', '--email', 'a@example.com', '--name', 'A'], 'with --password-stdin'],
  [['user', 'reset-password', 'a@example.com', '--password', 'short'], 'It must have at least 8 characters.'],
  [
    ['user', 'reset-password', 'a@example.com', '--password', 'long enough', '--password-stdin'],
    'cannot be used with',
  ],
  [['key', 'disable', '0'], 'It must be a whole number from 1'],
  [['key', 'create', '--user', 'a@example.com', '--name', ' '], 'It must not be empty.'],
  [['log', '--since', 'yesterday'], 'It must be a duration such as'],
  [['log', '--limit', '10001'], 'It must be a whole number from 0 to 10000.'],
  [['install'], 'give --email and --password-stdin, or set INIT_ADMIN_EMAIL'],
  [['install', '--currency', 'yuan'], 'It must be a currency code'],
])('%j exits with 2 and says what is wrong', async (args, sentence) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});

test('a variable that cannot be read fails every command with one line, except those that need none', async () => {
  const env = { PORT: 'eighty' };
  expect(await runInProcess(['user', 'list'], env)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'PORT must be a port from 0 to 65535.\n',
  });
  expect(await runInProcess(['key', 'generate', '--kind', 'management'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^mk-aigc-\w{40}\n$/),
  });
});
