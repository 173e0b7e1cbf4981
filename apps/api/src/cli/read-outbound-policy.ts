import { readSettings } from '@aigc/core/settings/settings';
import { AllowList, parseAllowEntry } from '../outbound/allow-list.ts';
import type { OutboundPolicy } from '../outbound/outbound-policy.ts';
import type { Installation } from './installation.ts';

/** The rules for upstream calls as the server applies them: entries that cannot be read are left out there too. */
export async function readOutboundPolicy({
  env,
  em,
}: Pick<Installation, 'env' | 'em'>): Promise<OutboundPolicy> {
  const { upstreamAllow } = await readSettings(em());
  const entries = upstreamAllow.flatMap((text) => {
    try {
      return [parseAllowEntry(text)];
    } catch {
      return [];
    }
  });
  return {
    allow: (env.upstreamAllow ?? AllowList.empty).with(new AllowList(entries)),
    allowLoopback: env.upstreamAllowLoopback,
    allowMetadata: env.upstreamAllowMetadata,
    ownPorts: () => new Set([env.port]),
  };
}
