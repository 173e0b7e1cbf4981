import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from '@aigc/shared/refusals';
import { z } from 'zod';
import type { Container } from '../container.ts';
import { parseJsonObject, requireJsonContentType } from '../gateway/body/parse-json-object.ts';
import { readBody } from '../gateway/body/read-body.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRequestContext, type RequestContext } from '../trpc/context.ts';
import { appRouter } from '../trpc/router.ts';
import type { RouteMatch } from './match-route.ts';
import { procedureParsers, type ProcedureParsers } from './procedure-parsers.ts';
import { readTextInput } from './read-text-input.ts';
import { LARGE_BODY_PROCEDURES } from './rest-routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_LARGE_BODY_BYTES = 16 * 1024 * 1024;

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
}

/** Calls the procedure of a route as tRPC would. Returns what it answers; of steps, the last. @throws what it throws */
export async function callProcedure(
  container: Container,
  { req, res }: Exchange,
  { procedure, params }: RouteMatch,
): Promise<unknown> {
  const parsers = procedureParsers(procedure);
  const ctx = await createRequestContext(container, { req, res, requestId: requestIdOf(req) });
  requireIdentity(ctx, parsers);
  const input = parsers.input === null ? undefined : await readInput(req, { procedure, params, parsers });
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const caller = appRouter.createCaller(ctx, { signal: gone.signal });
  const answer: unknown = await resolve(caller, procedure)(input);
  return isAsyncIterable(answer) ? lastOf(answer) : answer;
}

/** Before the body is read: strangers cannot make the server read megabytes. */
function requireIdentity({ identityFailure, actor }: RequestContext, { tier }: ProcedureParsers): void {
  if (identityFailure !== null) throw identityFailure;
  if (tier === 'public' || actor !== null) return;
  throw refusal('sign_in_or_key', {});
}

interface InputSource {
  procedure: RouteMatch['procedure'];
  params: RouteMatch['params'];
  parsers: ProcedureParsers;
}

async function readInput(
  req: IncomingMessage,
  { procedure, params, parsers }: InputSource,
): Promise<unknown> {
  const fromPath = readTextInput(parsers.input, Object.entries(params));
  if (req.method !== 'POST' && req.method !== 'PUT') {
    const { searchParams } = new URL(req.url ?? '/', 'http://request.invalid');
    return { ...readTextInput(parsers.input, searchParams), ...fromPath };
  }
  requireJsonContentType(req.headers['content-type'] ?? (hasBody(req) ? 'none' : undefined));
  const bytes = await readBody(
    req,
    LARGE_BODY_PROCEDURES.has(procedure) ? MAX_LARGE_BODY_BYTES : MAX_BODY_BYTES,
  );
  const body = bytes.length === 0 ? {} : parseJsonObject(bytes).value;
  return { ...ifMatch(req, parsers), ...body, ...fromPath };
}

/**
 * The version that a change was made from may come as `If-Match` instead of in the body, in quotes or without.
 * `*`, or the header where nothing has a version, says nothing.
 */
function ifMatch({ headers }: IncomingMessage, { input }: ProcedureParsers): { version?: unknown } {
  const text = headers['if-match']?.replace(/^(?:W\/)?"?|"?$/g, '');
  if (text === undefined || text === '*' || !(input instanceof z.ZodObject)) return {};
  if (!('version' in input.shape)) return {};
  return { version: /^\d+$/.test(text) ? Number(text) : text };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

type Procedures = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;

function resolve(caller: unknown, path: string): (input: unknown) => Promise<unknown> {
  const [noun = '', verb = ''] = path.split('.');
  const found = (caller as Procedures)[noun]?.[verb];
  if (found === undefined) throw new Error(`there is no procedure ${path}`);
  return found;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A test's last step is its result. */
async function lastOf(steps: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown = null;
  for await (const step of steps) last = step;
  return last;
}
