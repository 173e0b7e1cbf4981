import { refusal } from '@aigc/shared/refusals';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';

/**
 * Whether the address that a URL names may be called. Of a host name nothing is said, because it is judged
 * when it is called. `allowEntry` would allow the address.
 */
export type CheckAddress = (url: URL) => { allowed: true } | { allowed: false; allowEntry: string | null };

/** What the verbs need that save addresses of upstreams. */
export interface UpstreamDeps extends Deps {
  checkAddress: CheckAddress;
}

const param = 'base_url';

/** Reads an address by the rules of every upstream. @throws AppError `invalid_field` on `base_url` */
export function requireWellFormedAddress(baseUrl: string): URL {
  const parsed = parseUpstreamUrl(baseUrl);
  if (!parsed.ok) throw refusal(`address_${parsed.problem}`, {}, { param });
  return parsed.url;
}

/** The same for an address that is to be saved. @throws AppError `invalid_field` or `address_forbidden`, on `base_url` */
export function requireUpstreamAddress(deps: UpstreamDeps, actor: Actor, baseUrl: string): void {
  const verdict = deps.checkAddress(requireWellFormedAddress(baseUrl));
  if (verdict.allowed) return;
  if (actor.role === 'admin' && verdict.allowEntry !== null) {
    throw refusal('address_private_entry', { entry: verdict.allowEntry }, { param });
  }
  throw refusal('address_private', {}, { param });
}
