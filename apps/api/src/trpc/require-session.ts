import { AppError } from '@aigc/shared/errors';
import type { RequestContext } from './context.ts';

/** The caller's session. A management key has none, and may not do what belongs to a person at a browser. */
export function requireSession(ctx: Pick<RequestContext, 'session'>): NonNullable<RequestContext['session']> {
  if (ctx.session === null) {
    throw new AppError('forbidden', 'This needs a signed-in browser; a management key may not do it.');
  }
  return ctx.session;
}
