import type { Operation } from '@trpc/client';
import { connection } from './connection.svelte.ts';
import { errorData, isUnanswered } from '#lib/errors.ts';
import { permission } from '#lib/session/permission.ts';
import { session } from '#lib/session/session.svelte.ts';

/** Procedures whose refusal is an answer to who asks, not to a session that has ended. */
const ofNobody = new Set(['auth.signIn', 'auth.register', 'setup.complete', 'viewer.get']);

/** Pauses between tries of a page's own queries: a page that cannot be loaded soon is better told. */
const pausesMs = [300, 900];

export interface FailedCall {
  op: Operation;
  error: unknown;
  /** A page's `load`, which is waited for by the navigation. */
  isLoad: boolean;
  /** How often it was sent again because nobody answered. */
  tries: number;
}

/**
 * What becomes of a call that failed in the browser: true when it is to be sent again. Waits meanwhile, for the password
 * or for the server, so that nothing on the page is lost. A change is never sent twice unless it was refused unread.
 */
export async function recover({ op, error, isLoad, tries }: FailedCall): Promise<boolean> {
  const code = errorData(error)?.appCode;
  if (code === 'unauthenticated' && !ofNobody.has(op.path)) return session.expired();
  if (code === 'forbidden') void permission.check();
  if (!isUnanswered(error)) return false;
  if (op.type === 'mutation') {
    connection.noticed();
    return false;
  }
  if (isLoad) {
    connection.noticed();
    const pauseMs = pausesMs[tries];
    if (pauseMs === undefined) return false;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return true;
  }
  // A stream tells nothing of why it was refused: it may be the session.
  await connection.regained();
  return op.type !== 'subscription' || permission.check();
}
