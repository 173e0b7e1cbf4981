import { Provider } from '@aigc/db/entities/provider';
import { readSettings } from '@aigc/core/settings/settings';
import { checkLiteralAddress } from '../check-literal-address.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import { parseAllowEntry, type AllowEntry } from '../outbound/allow-list.ts';
import type { ContentContext } from './check-context.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

/** A block shorter than this is not somebody's network but a good part of all there are. */
const BROADEST_IPV4_PREFIX = 8;
const BROADEST_IPV6_PREFIX = 16;

/** The addresses that upstream calls may reach although they are private. */
export const outboundCheck: Check<ContentContext> = {
  name: 'outbound',
  async run({ em, env, policy }) {
    const { upstreamAllow } = await readSettings(em());
    const findings = upstreamAllow.flatMap((text) => {
      const problem = problemOf(text);
      return problem === null ? [] : [fail('outbound.unreadable', { reason: problem })];
    });
    const broad = policy.allow.entries.filter(isBroad).map(({ text }) => text);
    if (broad.length > 0) {
      findings.push(warn('outbound.broad', { names: broad }));
    }
    if (policy.allowMetadata) {
      findings.push(warn('outbound.metadata'));
    }
    if (policy.allowLoopback && !isLoopbackHost(env.host)) {
      findings.push(warn('outbound.open_loopback', { host: env.host }));
    }
    findings.push(...(await refusedProviders({ em, policy })));
    if (findings.length > 0) return findings;
    return ok('outbound.ok', { count: policy.allow.entries.length, loopback: policy.allowLoopback });
  },
};

function problemOf(text: string): string | null {
  try {
    parseAllowEntry(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isBroad({ target }: AllowEntry): boolean {
  if (target.kind === 'name') return false;
  const { family, prefixLength } = target.range;
  return prefixLength < (family === 6 ? BROADEST_IPV6_PREFIX : BROADEST_IPV4_PREFIX);
}

/** Providers whose address is written out and may not be called. */
async function refusedProviders({ em, policy }: Pick<ContentContext, 'em' | 'policy'>): Promise<Finding[]> {
  const checkAddress = checkLiteralAddress({ policy });
  const providers = await em().find(Provider, { status: 'enabled' }, { orderBy: { name: 'asc' } });
  return providers.flatMap(({ name, baseUrl, preset }) => {
    const url = preset === 'demo' ? null : URL.parse(baseUrl);
    if (url === null) return [];
    const verdict = checkAddress(url);
    if (verdict.allowed) return [];
    const { allowEntry } = verdict;
    return [
      allowEntry === null
        ? fail('outbound.refused_provider', { provider: name })
        : fail('outbound.refused_provider_entry', { provider: name, entry: allowEntry }),
    ];
  });
}
