import { requireJsonContentType } from '../body/parse-json-object.ts';
import { readBodyParts } from '../body/read-body.ts';
import { scanBody, type ScannedBody } from '../body/scan-body.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import { runCall } from '../pipeline/run-call.ts';
import type { ShapeAnswer } from '../pipeline/unary-call.ts';
import { MAX_BODY_BYTES, type EndpointContext } from './endpoint.ts';

/** How an endpoint that takes JSON in OpenAI's shape reads it, and gives its answer. */
export interface JsonCall {
  parse(body: ScannedBody): ParsedRequest;
  /** Null: the answer is passed on as it came. */
  shape: ((request: ParsedRequest) => ShapeAnswer) | null;
}

/** Runs a call whose request is JSON. @throws AppError before the call has begun */
export async function handleJsonCall(
  { deps, running, identified }: EndpointContext,
  { parse, shape }: JsonCall,
): Promise<void> {
  const { req } = identified.reply;
  const known = authenticate(deps, identified);
  const authenticated = known instanceof Promise ? await known : known;
  requireJsonContentType(req.headers['content-type']);
  const request = parse(scanBody(await readBodyParts(req, MAX_BODY_BYTES)));
  const call = runCall({
    deps,
    running,
    authenticated,
    request,
    shape: shape === null ? null : shape(request),
  });
  if (call instanceof Promise) await call;
}
