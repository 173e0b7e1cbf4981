import { isIP } from 'node:net';
import type { CheckAddress } from '@aigc/core/upstreams/upstream-address';
import { exactEntryFor } from './outbound/allow-list.ts';
import type { Outbound } from './outbound/outbound.ts';
import { judge } from './outbound/outbound-policy.ts';

/** Judges addresses written in URLs by the rules of outbound calls. Host names pass: they are judged when called. */
export function checkLiteralAddress(outbound: Pick<Outbound, 'policy'>): CheckAddress {
  return (url) => {
    const address = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) === 0) return { allowed: true };
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const verdict = judge(outbound.policy, { hostname: address, address, port });
    if (verdict.allowed) return { allowed: true };
    // An entry alone would not open a metadata address, so none is suggested.
    return { allowed: false, allowEntry: verdict.needsMetadataFlag ? null : exactEntryFor(address, port) };
  };
}
