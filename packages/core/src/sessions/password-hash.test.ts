import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

test('a password verifies against its own hash only, and two hashes of it differ', async () => {
  const hash = await hashPassword('correct horse 电池');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPassword('correct horse 电池')).not.toBe(hash);
  expect(await verifyPassword('correct horse 电池', hash)).toBe(true);
  expect(await verifyPassword('correct horse', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

test('an unknown user has no password', async () => {
  expect(await verifyPassword('anything', null)).toBe(false);
});

test('the same letters typed on another system are the same password', async () => {
  expect(await verifyPassword('cafe\u0301-secret', await hashPassword('caf\u00e9-secret'))).toBe(true);
});

test.each(['', 'plain', '$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA', '$2b$10$abc'])(
  'a stored hash %j is refused, not guessed at',
  async (phc) => {
    await expect(verifyPassword('x', phc)).rejects.toThrow(/password hash/);
  },
);
