import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '@aigc/shared/errors';
import { errorHeaders, toEnvelope } from './errors.ts';

/** One HTTP exchange: the request and its answer. */
export interface Http {
  req: IncomingMessage;
  res: ServerResponse;
}

/** Everything a browser on another origin may read. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'request-id',
  'openai-processing-ms',
  'retry-after',
  'x-should-retry',
  'x-aigc-output-limit',
].join(', ');

/** Programs in a browser may call with a key. The panel's own path is not opened to other origins. */
export function allowOrigins(res: ServerResponse): void {
  res.setHeader('access-control-allow-origin', '*');
  res.setHeader('access-control-expose-headers', EXPOSED_HEADERS);
}

/** Answers a preflight. `*` does not cover `Authorization`, so the headers asked for are echoed. */
export function respondPreflight({ req, res }: Http, methods: string): void {
  const asked = req.headers['access-control-request-headers'];
  res.setHeader('access-control-allow-methods', `${methods}, OPTIONS`);
  if (asked !== undefined) res.setHeader('access-control-allow-headers', asked);
  res.setHeader('access-control-max-age', '86400');
  res.setHeader('allow', `${methods}, OPTIONS`);
  res.writeHead(204).end();
}

/** Sends a complete JSON answer. `HEAD` gets its headers. */
export function respondJson({ req, res }: Http, status: number, body: Buffer | string): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Sends a failure in OpenAI's envelope. Nothing happens if the answer has begun or the client has left. */
export function respondError({ req, res }: Http, error: AppError): void {
  if (res.headersSent || res.destroyed) return;
  for (const [name, value] of Object.entries(errorHeaders(error))) res.setHeader(name, value);
  // The rest of a body that was not read would be taken for the next request.
  if (!req.complete) res.setHeader('connection', 'close');
  respondJson({ req, res }, error.status, JSON.stringify(toEnvelope(error)));
}
