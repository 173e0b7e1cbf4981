import type { UserActor } from '@aigc/core/actor';
import type { Deps } from '@aigc/core/deps';
import { refusal } from '@aigc/shared/refusals';
import type { z } from 'zod';
import type { Container } from '../container.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRequestContext } from '../trpc/context.ts';
import type { Exchange } from './call-procedure.ts';
import { readTextInput } from './read-text-input.ts';

export interface FileRequest<T> {
  deps: Deps;
  actor: UserActor;
  /** What the query string says. */
  query: T;
  isHead: boolean;
}

/** What every file begins with: who asks, and for what. @throws AppError `unauthenticated` or `invalid_field` */
export async function readFileRequest<Schema extends z.ZodObject>(
  container: Container,
  { req, res }: Exchange,
  schema: Schema,
): Promise<FileRequest<z.output<Schema>>> {
  const { deps, actor, identityFailure } = await createRequestContext(container, {
    req,
    res,
    requestId: requestIdOf(req),
  });
  if (identityFailure !== null) throw identityFailure;
  if (actor === null) throw refusal('sign_in_or_key', {});
  const { searchParams } = new URL(req.url ?? '/', 'http://request.invalid');
  const query = schema.parse(readTextInput(schema, searchParams));
  return { deps, actor, query, isHead: req.method === 'HEAD' };
}
