import { Provider } from '@aigc/db/entities/provider';
import { readSettings } from '@aigc/core/settings/settings';
import { checkLiteralAddress } from '../../check-literal-address.ts';
import { isLoopbackHost } from '../../http/loopback.ts';
import { parseAllowEntry, type AllowEntry } from '../../outbound/allow-list.ts';
import type { ContentContext } from './doctor-context.ts';
import { fail, listNames, ok, warn, type Check, type Finding } from './finding.ts';

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
      return problem === null
        ? []
        : [
            fail(
              `an allowed address cannot be read and is left out: ${problem}`,
              'Correct or remove the entry in the settings of the panel.',
            ),
          ];
    });
    const broad = policy.allow.entries.filter(isBroad).map(({ text }) => text);
    if (broad.length > 0) {
      findings.push(
        warn(
          `allowed addresses open far more than a network: ${listNames(broad)}`,
          'Name the host and the port instead, such as 10.1.2.3:8000.',
        ),
      );
    }
    if (policy.allowMetadata) {
      findings.push(
        warn(
          'UPSTREAM_ALLOW_METADATA lets allowed addresses reach the metadata service, which hands out credentials',
          'Remove UPSTREAM_ALLOW_METADATA unless you need it.',
        ),
      );
    }
    if (policy.allowLoopback && !isLoopbackHost(env.host)) {
      findings.push(
        warn(
          `users may call every port of this machine, while the server is open at ${env.host}`,
          'Set UPSTREAM_ALLOW_LOOPBACK=false and allow single ports with UPSTREAM_ALLOW.',
        ),
      );
    }
    findings.push(...(await refusedProviders({ em, policy })));
    if (findings.length > 0) return findings;
    const loopback = policy.allowLoopback ? 'allowed' : 'refused';
    return ok(`private addresses allowed by ${policy.allow.entries.length} entries, loopback ${loopback}`);
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
    const fix =
      verdict.allowEntry === null
        ? 'Give the provider another address: no entry alone allows this one.'
        : `Add ${verdict.allowEntry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`;
    return [fail(`the address of the provider ${name} is private and may not be called`, fix)];
  });
}
