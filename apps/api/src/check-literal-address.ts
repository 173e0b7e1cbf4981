import { isIP } from 'node:net';
import type { CheckAddress } from '@aigc/core/upstreams/upstream-address';
import type { Outbound } from './outbound/outbound.ts';
import { allowingEntry, judge } from './outbound/outbound-policy.ts';

/** Judges addresses written in URLs by the rules of outbound calls. Host names pass: they are judged when called. */
export function checkLiteralAddress(outbound: Pick<Outbound, 'policy'>): CheckAddress {
  return (url) => {
    const address = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) === 0) return { allowed: true };
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const target = { hostname: address, address, port };
    const verdict = judge(outbound.policy, target);
    if (verdict.allowed) return { allowed: true };
    return { allowed: false, allowEntry: allowingEntry(verdict, target) };
  };
}
