import type { Endpoint } from './endpoint.ts';
import { parseUpstreamUrl, type UpstreamUrlProblem } from './upstream-url.ts';

export type UpstreamEndpoint = Endpoint | 'models';

export type ResolvedEndpoint = { ok: true; url: string } | { ok: false; problem: UpstreamUrlProblem };

/** What people paste when they copy a full address instead of the base. */
const PASTED_ENDPOINTS: readonly UpstreamEndpoint[] = ['chat/completions', 'embeddings'];

/**
 * The address that is called for `baseUrl`: one that already ends in the endpoint is kept, otherwise the
 * endpoint is appended. Slashes at the end are folded, a query string stays where it belongs, and another
 * endpoint than chat completions replaces one that was pasted at the end (`…/v1/chat/completions` lists
 * its models at `…/v1/models`).
 */
export function resolveEndpoint(baseUrl: string, endpoint: UpstreamEndpoint): ResolvedEndpoint {
  const parsed = parseUpstreamUrl(baseUrl.trim());
  if (!parsed.ok) return parsed;
  const { url } = parsed;
  let path = url.pathname.replace(/\/+$/, '');
  const pasted = PASTED_ENDPOINTS.find((end) => path.endsWith(`/${end}`));
  if (pasted !== undefined && pasted !== endpoint && endpoint !== 'chat/completions') {
    path = path.slice(0, -pasted.length - 1);
  }
  const isWhole = pasted === endpoint || (pasted === undefined && path.endsWith(`/${endpoint}`));
  if (!isWhole) path = `${path}/${endpoint}`;
  url.pathname = path;
  return { ok: true, url: url.href };
}
