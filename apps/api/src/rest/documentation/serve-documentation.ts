import { readSettings } from '@aigc/core/settings/settings';
import type { Container } from '../../container.ts';
import { fromCode } from '../../http/public-error.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { sendError } from '../../http/send-json.ts';
import { createRequestContext } from '../../trpc/context.ts';
import type { Exchange } from '../call-procedure.ts';
import { loadAsset, type Asset } from './assets.ts';
import { renderPage } from './render-page.ts';
import { readPreferences } from './preferences.ts';

export const DOCUMENTATION_PATH = '/api/documentation';

/**
 * Everything from this origin, no script or style from anywhere else, nothing sent anywhere else. The page's
 * components set style attributes, hence the one exception; scripts have none.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Serves the page to read and try the API, and its files. */
export async function serveDocumentation(
  container: Container,
  exchange: Exchange,
  pathname: string,
): Promise<void> {
  const name = pathname.slice(DOCUMENTATION_PATH.length).replace(/^\/+/, '');
  if (name === '') return servePage(container, exchange);
  const asset = await loadAsset(name);
  if (asset === undefined) {
    return sendError(exchange.res, fromCode('not_found', 'There is no such file.'));
  }
  serveAsset(exchange, asset);
}

async function servePage(container: Container, { req, res }: Exchange): Promise<void> {
  const ctx = await createRequestContext(container, { req, res, requestId: requestIdOf(req) });
  const settings = await readSettings(ctx.deps.em);
  const preferences = readPreferences(req.headers, ctx.user, settings.defaultLocale);
  const html = Buffer.from(renderPage({ ...preferences, platformName: settings.platformName }));
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': html.length,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
  res.end(html);
}

function serveAsset({ req, res }: Exchange, asset: Asset): void {
  res.setHeader('etag', asset.etag);
  // The names stay the same from version to version, so a copy is asked about.
  res.setHeader('cache-control', 'public, max-age=3600, must-revalidate');
  res.setHeader('vary', 'accept-encoding');
  if (req.headers['if-none-match'] === asset.etag) {
    res.writeHead(304).end();
    return;
  }
  const acceptsGzip = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
  const body = acceptsGzip ? asset.gzipped : asset.plain;
  res.writeHead(200, {
    'content-type': asset.contentType,
    'content-length': body.length,
    'x-content-type-options': 'nosniff',
    ...(acceptsGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  res.end(body);
}
