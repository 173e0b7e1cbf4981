import { parseUpstreamUrl, type UpstreamUrlProblem } from './upstream-url.ts';

export type UpstreamEndpoint = 'chat/completions' | 'models' | 'embeddings';

export type ResolvedEndpoint = { ok: true; url: string } | { ok: false; problem: UpstreamUrlProblem };

/** What people paste when they copy a full address instead of the base. */
const PASTED_ENDPOINTS: readonly UpstreamEndpoint[] = ['chat/completions', 'embeddings'];

/**
 * The address that is called for `baseUrl`: one that already ends in the endpoint is kept, otherwise the
 * endpoint is appended. Slashes at the end are folded, a query string stays where it belongs, and for
 * `models` and `embeddings` another endpoint pasted at the end is replaced (`…/v1/chat/completions` lists
 * its models at `…/v1/models`).
 */
export function resolveEndpoint(baseUrl: string, endpoint: UpstreamEndpoint): ResolvedEndpoint {
  const parsed = parseUpstreamUrl(baseUrl.trim());
  if (!parsed.ok) return parsed;
  const { url } = parsed;
  let path = url.pathname.replace(/\/+$/, '');
  if (!path.endsWith(`/${endpoint}`)) {
    const pasted =
      endpoint === 'chat/completions' ? undefined : PASTED_ENDPOINTS.find((end) => path.endsWith(`/${end}`));
    if (pasted !== undefined) path = path.slice(0, -pasted.length - 1);
    path = `${path}/${endpoint}`;
  }
  url.pathname = path;
  return { ok: true, url: url.href };
}
