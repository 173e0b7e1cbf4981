import { hidePrivateAddresses } from '../outbound/hide-private-addresses.ts';

const MAX_MESSAGE_LENGTH = 200;
const REMOVED = '[removed]';
// With what key providers write them, bearer tokens, keys shown with stars, and anything long and random.
const CREDENTIALS =
  /\bbearer\s+\S+|\b(?:sk|pk|rk|key|gsk|xai|AIza)[-_][\w*.-]{4,}|[\w.-]*\*{2,}[\w*.-]*|[\w+/=-]{32,}/gi;

/** An upstream's sentence made fit to show: one short line without credentials or private addresses. */
export function sanitiseMessage(text: string, secret: string | undefined): string {
  const known = secret === undefined || secret === '' ? text : text.replaceAll(secret, REMOVED);
  const line = known
    // Enough to shorten by, and little enough for any pattern.
    .slice(0, 4 * MAX_MESSAGE_LENGTH)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .replace(CREDENTIALS, REMOVED);
  return hidePrivateAddresses(line).trim().slice(0, MAX_MESSAGE_LENGTH);
}
