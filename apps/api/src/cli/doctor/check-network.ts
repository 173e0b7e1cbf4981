import { Provider } from '@aigc/db/entities/provider';
import type { Deps } from '@aigc/core/deps';
import { openProviderKey } from '@aigc/core/providers/provider-connection';
import { resolveEndpoint } from '@aigc/shared/resolve-endpoint';
import { createOutbound } from '../../outbound/dispatcher.ts';
import { OutboundError } from '../../outbound/outbound-error.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import type { ContentContext } from './doctor-context.ts';
import { fail, ok, skip, warn, type Check, type Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

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
  const { name, baseUrl } = provider;
  const resolved = resolveEndpoint(baseUrl, 'models');
  if (!resolved.ok)
    return fail(`the address of ${name} is not a valid URL`, `Correct the address of ${name} in the panel.`);
  try {
    const apiKey = openProviderKey(deps, provider);
    const answer = await outbound.request({
      url: resolved.url,
      method: 'GET',
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      trust: 'operator',
      totalTimeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_ANSWER_BYTES,
    });
    answer.body.destroy();
    return judgeStatus(answer.status, { name, hasKey: apiKey !== null });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const { message, allowEntry } = error;
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
