import { refusal } from '@aigc/shared/refusals';
import { originOf } from './secret-bindings.ts';

/** Keys shorter than this would be half told by their last four characters. */
const MIN_LENGTH_FOR_HINT = 12;

/** The end of a key, enough to tell keys apart. Null: no key, or too short to show a part of it. */
export function keyHint(key: string | null): string | null {
  return key === null || key.length < MIN_LENGTH_FOR_HINT ? null : key.slice(-4);
}

/** The key that a form holds: null if its field is empty. @throws AppError `invalid_field` on `api_key` */
export function readKey(input: string): string | null {
  if (input === '') return null;
  // What a header can carry: anything else could never be sent.
  if (!/^[\x21-\x7e]+$/.test(input)) {
    throw refusal('unsendable_key', {}, { param: 'api_key' });
  }
  return input;
}

export interface KeyChange {
  hasKey: boolean;
  baseUrlBefore: string;
  baseUrl: string;
  /** Undefined: the key stays as it is. */
  input: string | undefined;
}

/**
 * What becomes of a saved key: `keep` it, or seal what `replace` holds (null: no key). A key is never sent
 * to a server that it was not entered for, so another origin needs it again.
 * @throws AppError `invalid_field` on `api_key`
 */
export function decideKey(change: KeyChange): 'keep' | { replace: string | null } {
  if (change.input !== undefined) return { replace: readKey(change.input) };
  if (change.hasKey && originOf(change.baseUrlBefore) !== originOf(change.baseUrl)) {
    throw refusal('key_of_other_server', {}, { param: 'api_key' });
  }
  return 'keep';
}
