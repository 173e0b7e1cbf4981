import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { AppError } from '@aigc/shared/errors';
import type { Container } from '../container.ts';
import { requestIdOf, withRequestId } from '../http/request-id.ts';
import { createRequestContext } from './context.ts';
import { publicErrorOf } from './errors.ts';
import { listProcedures } from './list-procedures.ts';
import { appRouter } from './router.ts';

const PREFIX = '/trpc/';
const MAX_BATCH_SIZE = 20;
const MAX_BODY_BYTES = 1024 * 1024;
/** A test of a vision model carries its image. */
const MAX_IMAGE_BODY_BYTES = 16 * 1024 * 1024;
const IMAGE_PROCEDURES = new Set(['adminModels.test']);

export interface TrpcRequest {
  req: IncomingMessage;
  res: ServerResponse;
  pathname: string;
  /** Answered instead of calling anything, in the form that a tRPC client reads. */
  refusal: AppError | null;
}

/** Answers `/trpc/*`. */
export function createTrpcHandler(container: Container) {
  const all = listProcedures(appRouter);
  return ({ req, res, pathname, refusal }: TrpcRequest): void => {
    const requestId = requestIdOf(req);
    const path = pathname.slice(PREFIX.length);
    const procedures = decodePath(path).split(',');
    if (procedures.some((name) => all[name]?.meta.setsCookie === true)) holdUntilEnd(res);
    const answer = () =>
      nodeHTTPRequestHandler({
        router: appRouter,
        req,
        res,
        path,
        middleware: (_req, _res, next) => next(refusal ?? undefined),
        maxBatchSize: MAX_BATCH_SIZE,
        maxBodySize: procedures.every((name) => IMAGE_PROCEDURES.has(name))
          ? MAX_IMAGE_BODY_BYTES
          : MAX_BODY_BYTES,
        createContext: () => createRequestContext(container, { req, res, requestId }),
        responseMeta: ({ errors }) => ({
          headers: new Headers({ 'cache-control': 'no-store', ...retryAfter(errors.map(publicErrorOf)) }),
        }),
        onError({ error, path: failedPath }) {
          if (error.cause instanceof AppError || publicErrorOf(error).status < 500) return;
          // Never the input: it may hold a password or a key.
          const err = error.cause ?? error;
          container.log.error({ err, requestId, procedure: failedPath }, 'A procedure failed.');
        },
      });
    void withRequestId(requestId, answer);
  };
}

function retryAfter(errors: { retryAfterSeconds?: number }[]): Record<string, string> {
  const seconds = Math.max(0, ...errors.map((error) => error.retryAfterSeconds ?? 0));
  return seconds > 0 ? { 'retry-after': String(seconds) } : {};
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * A streamed batch sends its head before its procedures have run, which is too early for a `Set-Cookie` of
 * theirs. Such an answer is short, so it waits and goes out whole.
 */
function holdUntilEnd(res: ServerResponse): void {
  const held: Buffer[] = [];
  const end = res.end.bind(res);
  res.write = (chunk: string | Uint8Array) => {
    held.push(Buffer.from(chunk));
    return true;
  };
  res.end = (chunk?: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) held.push(Buffer.from(chunk));
    return end(Buffer.concat(held));
  };
}
