import { AppError } from '@aigc/shared/errors';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { UpstreamTarget } from '../../definition.ts';
import { stringOf } from '../../json-values.ts';

/** A dated version of the API, or null: the v1 surface, which has none. */
export function apiVersionOf({ settings }: UpstreamTarget): string | null {
  const version = stringOf(settings?.api_version)?.trim() ?? '';
  return version === '' ? null : version;
}

/**
 * Where an endpoint of a deployment is called: `…/openai/v1/<endpoint>`, where the body names the deployment, or
 * `…/openai/deployments/<deployment>/<endpoint>?api-version=…`. What people paste behind `/openai` is left out.
 * https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
 * @throws AppError
 */
export function azureAddress(target: UpstreamTarget, endpoint: string): string {
  const parsed = parseUpstreamUrl(target.baseUrl.trim());
  // Saved addresses were checked; one that fails here was changed in the database by hand.
  if (!parsed.ok) throw new AppError('upstream_unreachable', 'The address of this model is not a valid URL.');
  const { url } = parsed;
  const resource = url.pathname.replace(/\/openai(?:\/.*)?$/, '').replace(/\/+$/, '');
  const version = apiVersionOf(target);
  url.search = '';
  if (version === null) {
    url.pathname = `${resource}/openai/v1/${endpoint}`;
    return url.href;
  }
  // These belong to the resource, not to one of its deployments.
  const isOfResource = endpoint === 'responses' || endpoint === 'models';
  const place = isOfResource ? '' : `deployments/${encodeURIComponent(target.model)}/`;
  url.pathname = `${resource}/openai/${place}${endpoint}`;
  url.searchParams.set('api-version', version);
  return url.href;
}

/** Keys have a header of their own; tokens of Entra ID are sent like any token. */
export function azureHeaders({ apiKey, settings }: UpstreamTarget): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (apiKey === null) return headers;
  if (settings?.credential === 'entra') headers.authorization = `Bearer ${apiKey}`;
  else headers['api-key'] = apiKey;
  return headers;
}
