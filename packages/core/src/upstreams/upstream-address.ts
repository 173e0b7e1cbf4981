import { AppError } from '@aigc/shared/errors';
import { parseUpstreamUrl, type UpstreamUrlProblem } from '@aigc/shared/upstream-url';
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

const PROBLEMS: Record<UpstreamUrlProblem, string> = {
  empty: 'Enter an address.',
  too_long: 'The address is too long.',
  forbidden_character: 'The address must not contain spaces, backslashes or invisible characters.',
  not_a_url: 'The address must be a URL such as http://localhost:8080/v1.',
  scheme: 'The address must begin with http:// or https://.',
  credentials: 'The address must not contain a user name or password; enter the key in its own field.',
  fragment: 'The address must not contain #.',
};

const param = 'base_url';

/** Reads an address by the rules of every upstream. @throws AppError `invalid_field` on `base_url` */
export function requireWellFormedAddress(baseUrl: string): URL {
  const parsed = parseUpstreamUrl(baseUrl);
  if (!parsed.ok) throw new AppError('invalid_field', PROBLEMS[parsed.problem], { param });
  return parsed.url;
}

/** The same for an address that is to be saved. @throws AppError `invalid_field` or `address_forbidden`, on `base_url` */
export function requireUpstreamAddress(deps: UpstreamDeps, actor: Actor, baseUrl: string): void {
  const verdict = deps.checkAddress(requireWellFormedAddress(baseUrl));
  if (verdict.allowed) return;
  const hint =
    actor.role === 'admin' && verdict.allowEntry !== null
      ? ` To allow it, add ${verdict.allowEntry} to the allowed addresses.`
      : '';
  throw new AppError(
    'address_forbidden',
    `This address is private or reserved and may not be called.${hint}`,
    {
      param,
    },
  );
}
