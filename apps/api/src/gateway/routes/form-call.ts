import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { scanBody, type ScannedBody } from '../body/scan-body.ts';
import { fieldsOf, filesOf, type FormRequest } from '../form/form-request.ts';
import { readForm, type FormLimits } from '../form/read-form.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import { runCall } from '../pipeline/run-call.ts';
import type { EndpointContext } from './endpoint.ts';

/** How an endpoint that takes a form reads it: the fields, as JSON, and the files. */
export interface FormCall {
  limits: FormLimits;
  parse(body: ScannedBody, form: FormRequest): ParsedRequest;
}

/** Runs a call whose request is a multipart form. @throws AppError before the call has begun */
export async function handleFormCall(
  { deps, running, identified }: EndpointContext,
  { limits, parse }: FormCall,
): Promise<void> {
  const { req } = identified.reply;
  const authenticated = await authenticate(deps, identified);
  const form = await readForm(req, limits);
  await runCall({ deps, running, authenticated, request: parse(bodyOf(form, req), form), shape: null });
}

/**
 * The form as JSON. With an `Idempotency-Key` the contents of its files are part of it, since only the same request
 * may be answered with the same answer.
 */
function bodyOf(form: FormRequest, req: IncomingMessage): ScannedBody {
  const isClaimed = req.headers['idempotency-key'] !== undefined;
  const files = filesOf(form).map(({ name, filename, length, pieces }) => ({
    name,
    filename,
    length,
    ...(isClaimed ? { hash: hash('sha256', Buffer.concat([...pieces])) } : {}),
  }));
  return scanBody(Buffer.from(JSON.stringify({ ...fieldsOf(form), '#files': files })));
}
