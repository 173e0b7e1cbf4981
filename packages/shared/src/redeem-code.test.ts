import { expect, test } from 'vitest';
import {
  generateRedeemCode,
  readRedeemCode,
  REDEEM_CODE_LENGTH,
  WRITTEN_REDEEM_CODE_LENGTH,
} from './redeem-code.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test('a generated code is five groups of five digits that cannot be mistaken, and well formed', () => {
  for (let round = 0; round < 200; round += 1) {
    const code = generateRedeemCode();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
    expect(code).toHaveLength(WRITTEN_REDEEM_CODE_LENGTH);
    expect(readRedeemCode(code)).toBe(code.replaceAll('-', ''));
  }
});

test('case, dashes, spaces, full-width forms and letters read for digits do not matter', () => {
  // Until one has both digits that letters are taken for.
  let code = generateRedeemCode();
  while (!code.includes('0') || !code.includes('1')) code = generateRedeemCode();
  const digits = code.replaceAll('-', '');
  const fullWidth = Array.from(code, (sign) =>
    String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0),
  ).join('');
  for (const typed of [
    code.toLowerCase(),
    digits,
    `  ${code.replaceAll('-', ' ')}\n`,
    code.replaceAll('-', '–'),
    code.replaceAll('0', 'o'),
    code.replaceAll('1', 'l'),
    code.replaceAll('1', 'I'),
    fullWidth,
  ]) {
    expect(readRedeemCode(typed), typed).toBe(digits);
  }
});

test('changing any one digit, or swapping two neighbours, makes a code malformed', () => {
  const digits = generateRedeemCode().replaceAll('-', '');
  for (let index = 0; index < REDEEM_CODE_LENGTH; index += 1) {
    for (const digit of DIGITS) {
      if (digit === digits.charAt(index)) continue;
      expect(readRedeemCode(digits.slice(0, index) + digit + digits.slice(index + 1))).toBeUndefined();
    }
    const [a, b] = [digits.charAt(index), digits.charAt(index + 1)];
    if (a === b || b === '') continue;
    expect(readRedeemCode(digits.slice(0, index) + b + a + digits.slice(index + 2))).toBeUndefined();
  }
});

test.each(['', 'ABC', '00000-00000-00000-00000-00000', 'U'.repeat(25), '充'.repeat(25), '0'.repeat(26)])(
  '%j is no code',
  (typed) => expect(readRedeemCode(typed)).toBeUndefined(),
);
