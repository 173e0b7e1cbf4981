import type { UserActor } from '@aigc/core/actor';
import { CALLS_CHANNEL, readAnnouncements, type CallAnnouncement } from '@aigc/core/calls/call-announcement';
import { callsSince, latestCallId } from '@aigc/core/logs/calls-since';
import { requireAdmin } from '@aigc/core/require-admin';
import type { CallEvent } from '@aigc/shared/schemas/logs';
import { CallGap } from './call-gap.ts';
import type { RequestContext } from './context.ts';

/** A listener slower than this reads what it missed from the log. */
const MAX_QUEUED = 1_000;
/** Ids remembered, so that a call found in the log is not told again when its announcement comes. */
const REMEMBERED_IDS = 2 * MAX_QUEUED;

export interface LiveCallsInput {
  api_key_id?: number | undefined;
  scope: 'mine' | 'all';
  lastEventId?: string | undefined;
}

type Listener = Pick<RequestContext, 'container' | 'deps'> & { actor: UserActor };

/**
 * Calls as they are settled by any process, from `lastEventId` or from now on: the actor's, or everyone's.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function* liveCalls(
  { container, deps, actor }: Listener,
  input: LiveCallsInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<CallEvent, void> {
  if (input.scope === 'all') requireAdmin(actor);
  let queue: CallEvent[] = [];
  // Announcements were lost, or came before this listener: the log knows.
  const gap = new CallGap();
  gap.open();
  let wake = (): void => {};
  const unsubscribe = container.live.subscribe(
    CALLS_CHANNEL,
    (payload) => {
      const announced = readAnnouncements(payload);
      if (announced === null) return;
      if ('from_id' in announced) {
        gap.open({ fromId: BigInt(announced.from_id), from: announced.from });
        return wake();
      }
      const heard = announced.calls.flatMap((call) => heardCall(call, actor, input));
      if (heard.length === 0) return;
      queue.push(...heard);
      if (queue.length > MAX_QUEUED) {
        queue = [];
        gap.open();
      }
      wake();
    },
    () => {
      gap.open();
      wake();
    },
  );
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  const told = new Set<string>();
  try {
    let lastId = input.lastEventId ?? (await latestCallId(deps, actor, input.scope));
    // A call that settles before the database hears for this listener is in the log, not among the announcements.
    await container.live.untilHeard();
    while (signal?.aborted !== true) {
      // Batches of several processes commit in another order than their ids: what was announced counts.
      const missing = gap.take();
      let missed: CallEvent[] = [];
      if (missing !== null) {
        const { fromId, from } = missing;
        missed = await callsSince(deps, actor, { ...input, afterId: earlier(lastId, fromId), from });
      }
      const calls = [...missed, ...queue];
      queue = [];
      for (const call of calls) {
        if (told.has(call.id)) continue;
        remember(told, call.id);
        if (BigInt(call.id) > BigInt(lastId)) lastId = call.id;
        yield call;
      }
      if (queue.length > 0 || gap.isOpen) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal?.aborted === true) resolve();
      });
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

/** The announced call, if this listener asked for it and may see it. */
function heardCall(announced: CallAnnouncement, actor: UserActor, input: LiveCallsInput): CallEvent[] {
  const { user_id, organisation_id, ...call } = announced;
  const isOwn = user_id === actor.userId && organisation_id === actor.organisationId;
  if (input.scope === 'mine' && !isOwn) return [];
  return input.api_key_id === undefined || call.api_key_id === input.api_key_id ? [call] : [];
}

function earlier(lastId: string, from: bigint | null): string {
  return from !== null && from <= BigInt(lastId) ? String(from - 1n) : lastId;
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > REMEMBERED_IDS && oldest !== undefined) ids.delete(oldest);
}
