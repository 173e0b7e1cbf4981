import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import { OutboundError } from './outbound-error.ts';

/**
 * Reads the address of a call by the rules of `parseUpstreamUrl`, in whatever form it is given.
 * @throws OutboundError `invalid_url`
 */
export function requireUpstreamUrl(input: URL | string): URL {
  const parsed = parseUpstreamUrl(typeof input === 'string' ? input : input.href);
  if (!parsed.ok) throw new OutboundError('invalid_url', { cause: parsed.problem });
  return parsed.url;
}
