import { Provider } from '@aigc/db/entities/provider';
import type { Deps } from '@aigc/core/deps';
import { openProviderKey } from '@aigc/core/providers/provider-connection';
import { providerDefinition } from '@aigc/providers/registry';
import { AppError } from '@aigc/shared/errors';
import { lookUp } from '../connection-test/look-up.ts';
import { AccessTokens } from '../outbound/access-tokens.ts';
import { createOutbound } from '../outbound/dispatcher.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { ContentContext } from './check-context.ts';
import { fail, ok, skip, warn, type Check, type Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;

/** Asks every enabled provider for its models, which costs nothing: whether it is reached and takes our key. */
export const networkCheck: Check<ContentContext> = {
  name: 'network',
  async run({ deps, policy }) {
    if (deps === null) return skip('network.no_keys');
    const providers = await deps.em.find(
      Provider,
      { status: 'enabled', $or: [{ preset: null }, { preset: { $ne: 'demo' } }] },
      { orderBy: { name: 'asc' } },
    );
    if (providers.length === 0) return ok('network.none');
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
  if (!URL.canParse(baseUrl)) return fail('network.no_url', { provider: name });
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
    if (error instanceof AppError)
      return fail('network.not_callable', { provider: name, reason: error.message });
    if (!(error instanceof OutboundError)) throw error;
    const { message, allowEntry, reason } = error;
    const params = { provider: name, reason: message };
    if (reason === 'credential') return fail('network.no_credential', params);
    return allowEntry === null
      ? fail('network.unreachable', params)
      : fail('network.not_allowed', { ...params, entry: allowEntry });
  }
}

/** What the status of an answer to `GET /models` says of the connection. Not every upstream has that list. */
export function judgeStatus(status: number, { name, hasKey }: { name: string; hasKey: boolean }): Finding {
  const params = { provider: name, status };
  if (status === 401 || status === 403) {
    return fail(hasKey ? 'network.key_refused' : 'network.key_wanted', params);
  }
  if (status === 429 || status >= 500) {
    return warn('network.busy', params);
  }
  if (status >= 400) return ok('network.no_list', params);
  return ok(hasKey ? 'network.ok_key' : 'network.ok', { provider: name });
}
