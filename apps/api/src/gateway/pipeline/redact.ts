import { hidePrivateAddresses } from '../../outbound/hide-private-addresses.ts';

/** Shapes of credentials that upstreams repeat in their error messages. */
const CREDENTIAL = /\b(?:sk|pk|rk|mk|xai|gsk|AIza)[-_A-Za-z0-9]{12,}\b|\bBearer\s+[^\s"',]+/g;
/** More than any caller passes on, and little enough for any pattern. */
const MAX_LENGTH = 4000;

/**
 * What an upstream said (its first 4000 characters) without credentials, neither the one we sent nor
 * anything that looks like one, and without private addresses.
 */
export function redactSecrets(said: string, apiKey: string | null): string {
  const without = apiKey === null || apiKey === '' ? said : said.replaceAll(apiKey, '[removed]');
  return hidePrivateAddresses(without.slice(0, MAX_LENGTH).replace(CREDENTIAL, '[removed]'));
}
