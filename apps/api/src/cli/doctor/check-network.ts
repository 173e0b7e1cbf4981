import { Provider } from '@aigc/db/entities/provider';
import type { Deps } from '@aigc/core/deps';
import { openProviderKey } from '@aigc/core/providers/provider-connection';
import { providerDefinition } from '@aigc/providers/registry';
import { AppError } from '@aigc/shared/errors';
import { lookUp } from '../../connection-test/look-up.ts';
import { AccessTokens } from '../../outbound/access-tokens.ts';
import { createOutbound } from '../../outbound/dispatcher.ts';
import { OutboundError } from '../../outbound/outbound-error.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { ContentContext } from './doctor-context.ts';
import { fail, ok, skip, warn, type Check, type Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;
const MEND = 'Look at its settings in the panel, and test it there.';

/** Asks every enabled provider for its models, which costs nothing: whether it is reached and takes our key. */
export const networkCheck: Check<ContentContext> = {
  name: 'network',
  async run({ deps, policy }) {
    if (deps === null) return skip('the keys of providers cannot be read');
    const providers = await deps.em.find(
      Provider,
      { status: 'enabled', $or: [{ preset: null }, { preset: { $ne: 'demo' } }] },
      { orderBy: { name: 'asc' } },
    );
    if (providers.length === 0) return ok('no provider to connect to');
    const outbound = createOutbound({ policy, connectTimeoutMs: TIMEOUT_MS });
    try {
      return await Promise.all(providers.map((provider) => askProvider(outbound, deps, provider)));
    } finally {
      await outbound.close();
    }
  },
};

async function askProvider(outbound: Outbound, deps: Deps, provider: Provider): Promise<Finding> {
  const { name, baseUrl, settings, dialect } = provider;
  if (!URL.canParse(baseUrl))
    return fail(`the address of ${name} is not a valid URL`, `Correct the address of ${name} in the panel.`);
  try {
    const apiKey = openProviderKey(deps, provider);
    const upstream = {
      definition: providerDefinition(dialect),
      target: { baseUrl, apiKey, settings, model: '' },
      accessTokens: new AccessTokens({ outbound }),
      outbound,
    };
    const status = await lookUp(upstream, { timeoutMs: TIMEOUT_MS });
    return judgeStatus(status, { name, hasKey: apiKey !== null });
  } catch (error) {
    if (error instanceof AppError) return fail(`${name} cannot be called. ${error.message}`, MEND);
    if (!(error instanceof OutboundError)) throw error;
    const { message, allowEntry, reason } = error;
    if (reason === 'credential') return fail(`${name} takes no call. ${message}`, MEND);
    const fix =
      allowEntry === null
        ? `Check the address of ${name} in the panel, and that this machine may connect to it.`
        : `Add ${allowEntry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`;
    return fail(`${name} cannot be reached. ${message}`, fix);
  }
}

/** What the status of an answer to `GET /models` says of the connection. Not every upstream has that list. */
export function judgeStatus(status: number, { name, hasKey }: { name: string; hasKey: boolean }): Finding {
  if (status === 401 || status === 403) {
    const what = hasKey ? 'refuses our key' : 'wants a key';
    return fail(`${name} ${what} (HTTP ${status})`, `Enter the key of ${name} again in the panel.`);
  }
  if (status === 429 || status >= 500) {
    return warn(`${name} answers HTTP ${status}`, 'Try again later, and look at its status page.');
  }
  if (status >= 400) return ok(`${name} answers, but lists no models (HTTP ${status})`);
  return ok(hasKey ? `${name} answers and takes our key` : `${name} answers`);
}
