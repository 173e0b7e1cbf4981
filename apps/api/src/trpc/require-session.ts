import { refusal } from '@aigc/shared/refusals';
import type { RequestContext } from './context.ts';

/** The caller's session. A management key has none, and may not do what belongs to a person at a browser. */
export function requireSession(ctx: Pick<RequestContext, 'session'>): NonNullable<RequestContext['session']> {
  if (ctx.session === null) {
    throw refusal('needs_browser', {});
  }
  return ctx.session;
}
