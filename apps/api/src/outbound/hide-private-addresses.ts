import { isIP } from 'node:net';
import { classifyAddress } from './address-rules.ts';

const ADDRESSES = /\[?[0-9a-f]*:[0-9a-f:.]{2,}\]?|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;

/**
 * A text of an upstream without the addresses that are not public: proxies name those behind them.
 * The time it takes grows with the square of the text, so give it a short one.
 */
export function hidePrivateAddresses(text: string): string {
  return text.replace(ADDRESSES, (match) => {
    const address = match.replace(/^\[|\]$/g, '');
    return isIP(address) !== 0 && classifyAddress(address) !== 'public' ? '[removed]' : match;
  });
}
