import { randomText } from './ids.ts';

/**
 * Crockford's digits: no I, L, O or U, so that nothing is taken for something else and no word comes about by chance.
 * 19 random ones (95 bits) and a checksum of six make five groups of five.
 */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 19;
const CHECKSUM_LENGTH = 6;
const GROUP_LENGTH = 5;
export const REDEEM_CODE_LENGTH = RANDOM_LENGTH + CHECKSUM_LENGTH;
/** With the dashes between its groups. */
export const WRITTEN_REDEEM_CODE_LENGTH = REDEEM_CODE_LENGTH + REDEEM_CODE_LENGTH / GROUP_LENGTH - 1;

/** The first group: what lists and ledgers show of a code. */
export const REDEEM_CODE_PREFIX_LENGTH = GROUP_LENGTH;

/** The BCH code of BIP 350 over five-bit digits: up to four wrong ones are always noticed. */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const FINAL = 0x2bc830a3;

function remainder(digits: readonly number[]): number {
  let sum = 1;
  for (const digit of digits) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ digit;
    for (const [bit, value] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= value;
  }
  return sum;
}

function checksum(random: string): string {
  const rest = remainder([...digitsOf(random), ...Array<number>(CHECKSUM_LENGTH).fill(0)]) ^ FINAL;
  let text = '';
  for (let place = CHECKSUM_LENGTH - 1; place >= 0; place -= 1)
    text += DIGITS.charAt((rest >>> (5 * place)) & 31);
  return text;
}

function digitsOf(text: string): number[] {
  return Array.from(text, (digit) => DIGITS.indexOf(digit));
}

/** A new code as it is handed out, e.g. `7QH2K-9M4TD-WX3RB-5N8CV-0ZJ6E`. It is stored only as a hash. */
export function generateRedeemCode(): string {
  const random = randomText(RANDOM_LENGTH, DIGITS);
  return writeRedeemCode(random + checksum(random));
}

/** The 25 digits in groups of five. */
export function writeRedeemCode(digits: string): string {
  return digits.match(/.{1,5}/g)?.join('-') ?? '';
}

/**
 * The digits of what somebody typed: small letters, dashes and spaces of any kind, full-width forms, and the letters
 * that are read for digits (O, I, L) do not matter. Other characters stay and make no code.
 */
export function redeemCodeDigits(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}_.]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** The 25 digits of a well-formed code; undefined: mistyped, which is found without a look-up. */
export function readRedeemCode(typed: string): string | undefined {
  const text = redeemCodeDigits(typed);
  if (text.length !== REDEEM_CODE_LENGTH) return undefined;
  const digits = digitsOf(text);
  return digits.includes(-1) || remainder(digits) !== FINAL ? undefined : text;
}
