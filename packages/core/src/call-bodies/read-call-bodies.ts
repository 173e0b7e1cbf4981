import { refusal } from '@aigc/shared/refusals';
import type { CallBodies, CallBody } from '@aigc/shared/schemas/call-bodies';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { filterCondition } from '../logs/call-log-filter.ts';
import { isBigId } from '../logs/cursor.ts';
import { bodiesKeptForMs } from './delete-call-bodies.ts';
import { openBodies, type KeptBody } from './kept-bodies.ts';

interface FoundRow {
  request_id: string;
  user_id: string;
  created_at: Date;
  /** Null: nothing is kept of the call, or of its key's calls any more. */
  has_row: boolean;
  sealed: string | null;
}

/** Bodies of a key that was deleted count as gone at once; the job removes them later. */
const SELECT = `
select l.request_id, l.user_id, l.created_at, b.request_id is not null as has_row, b.sealed
from aigcspace.api_call_log l
left join aigcspace.call_bodies b on b.request_id = l.request_id and b.user_id = l.user_id
  and (b.api_key_id is null or exists (select 1 from aigcspace.platform_api_key k where k.id = b.api_key_id))`;

/**
 * What a call asked and was answered, as far as it is kept. Administrators see everyone's; that they looked at another
 * person's is written into the audit log before they are told.
 * @throws AppError `not_found`, also for another user's call
 */
export async function readCallBodies(deps: Deps, actor: Actor, id: string): Promise<CallBodies> {
  const filter = filterCondition(actor, { scope: actor.role === 'admin' ? 'all' : 'mine' });
  const rows = isBigId(id)
    ? await deps.em.execute<FoundRow[]>(`${SELECT} where ${filter.sql} and l.id = ?::bigint`, [
        ...filter.params,
        id,
      ])
    : [];
  const [row] = rows;
  if (row === undefined) throw refusal('no_such_call', {}, { param: 'id' });
  const keptForMs = await bodiesKeptForMs(deps.em);
  const keptUntilMs = new Date(row.created_at).getTime() + (keptForMs ?? 0);
  const none: CallBodies = { state: 'none', request: null, answer: null, kept_until: null };
  if (!row.has_row || keptForMs === null || keptUntilMs < Date.now()) return none;
  if (row.sealed === null) return { ...none, state: 'dropped' };
  const owner = { requestId: row.request_id, userId: row.user_id };
  const { request, answer } = await openBodies(deps.secrets, owner, row.sealed);
  if (actor.userId !== row.user_id) {
    await recordAudit(deps.em, actor, {
      action: 'call.read_bodies',
      targetType: 'call',
      targetId: row.request_id,
      after: { user_id: row.user_id },
    });
  }
  return {
    state: 'kept',
    request: toWire(request),
    answer: answer === null ? null : toWire(answer),
    kept_until: new Date(keptUntilMs).toISOString(),
  };
}

function toWire({ contentType, text, bytes, isTruncated }: KeptBody): CallBody {
  return { content_type: contentType, text, bytes, is_truncated: isTruncated };
}
