import { AppError } from '@aigc/shared/errors';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { UpstreamTarget } from '../../definition.ts';

/** `models/…` unless the name says where it lies itself, as of tuned models. */
export function modelPath(model: string): string {
  return model.includes('/') ? model : `models/${model}`;
}

/** An upstream's address with a path behind it; a query string stays where it belongs. @throws AppError */
export function addressBelow(baseUrl: string, path: string): URL {
  const parsed = parseUpstreamUrl(baseUrl.trim());
  // Saved addresses were checked; one that fails here was changed in the database by hand.
  if (!parsed.ok) throw new AppError('upstream_unreachable', 'The address of this model is not a valid URL.');
  const { url } = parsed;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}

/** Parts of a path in which `/` keeps its meaning. */
export function encodePath(path: string): string {
  // Google names versions after an `@`, which a path may hold.
  return path.split('/').map(encodeURIComponent).join('/').replaceAll('%40', '@');
}

/** `…/models/<model>:<method>` below the provider's address, such as https://generativelanguage.googleapis.com/v1beta */
export function geminiAddress(target: UpstreamTarget, method: string): string {
  return addressBelow(target.baseUrl, `${encodePath(modelPath(target.model))}:${method}`).href;
}

/** The key goes in a header of its own: in the address it would end up in logs. */
export function geminiHeaders({ apiKey }: UpstreamTarget): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(apiKey === null ? {} : { 'x-goog-api-key': apiKey }),
  };
}
