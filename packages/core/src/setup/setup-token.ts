import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readSetting, readSettings, writeSetting } from '../settings/settings.ts';

/**
 * A new one-time token for the set-up page, which replaces the one before; null when set-up is done.
 * Whoever reads the server's output holds it, so whoever started the server becomes its administrator.
 */
export async function issueSetupToken(em: EntityManager): Promise<string | null> {
  const { isInstalled } = await readSettings(em);
  if (isInstalled) return null;
  const token = randomBytes(24).toString('base64url');
  await writeSetting(em, 'setup_token_hash', hashToken(token).toString('hex'));
  return token;
}

export async function isSetupToken(em: EntityManager, token: string): Promise<boolean> {
  const expected = Buffer.from((await readSetting(em, 'setup_token_hash')) ?? '', 'hex');
  const given = hashToken(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
