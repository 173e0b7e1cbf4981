import { createHash } from 'node:crypto';

/**
 * What is stored of a code's 25 digits. Plain SHA-256 is enough: 95 random bits cannot be tried out, as passwords can.
 */
export function hashRedeemCode(digits: string): string {
  return createHash('sha256').update(digits).digest('hex');
}
