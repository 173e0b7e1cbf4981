import { isIP } from 'node:net';
import { classifyAddress } from '../outbound/address-rules.ts';

const MAX_MESSAGE_LENGTH = 200;
const REMOVED = '[removed]';
// With what key providers write them, bearer tokens, keys shown with stars, and anything long and random.
const CREDENTIALS =
  /\bbearer\s+\S+|\b(?:sk|pk|rk|key|gsk|xai|AIza)[-_][\w*.-]{4,}|[\w.-]*\*{2,}[\w*.-]*|[\w+/=-]{32,}/gi;
const ADDRESSES = /\[?[0-9a-f]*:[0-9a-f:.]{2,}\]?|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;

/** An upstream's sentence made fit to show: one short line without credentials or private addresses. */
export function sanitiseMessage(text: string, secret: string | undefined): string {
  const known = secret === undefined || secret === '' ? text : text.replaceAll(secret, REMOVED);
  return (
    known
      // Enough to shorten by, and little enough for any pattern.
      .slice(0, 4 * MAX_MESSAGE_LENGTH)
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
      .replace(CREDENTIALS, REMOVED)
      .replace(ADDRESSES, hidePrivate)
      .trim()
      .slice(0, MAX_MESSAGE_LENGTH)
  );
}

function hidePrivate(match: string): string {
  const address = match.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && classifyAddress(address) !== 'public' ? REMOVED : match;
}
