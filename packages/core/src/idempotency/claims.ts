import type { EntityManager } from '@mikro-orm/postgresql';
import type { KeptAnswer } from '../calls/call-books.ts';

/** How long an `Idempotency-Key` is remembered. */
const CLAIM_HOURS = 24;

/** A call that wants to be the only one for its `Idempotency-Key`. */
export interface ClaimRequest {
  /** Of the call; it names the claim. */
  requestId: string;
  /** Whose key it is: `key:12`, or `user:usr_…` in the playground. */
  scope: string;
  keyHash: string;
  bodyHash: string;
  /** The process that would run the call. */
  instanceId: string;
}

/** The claim that another call holds. */
export interface HeldClaim {
  requestId: string;
  bodyHash: string;
  instanceId: string;
  /** Null: its call is running, or its settlement is not in the database yet. */
  answer: KeptAnswer | null;
}

/** Takes the claim, committed when this resolves. Null: it is taken; otherwise the claim in the way. */
export async function takeClaim(em: EntityManager, request: ClaimRequest): Promise<HeldClaim | null> {
  for (;;) {
    const taken = await em.execute<unknown[]>(
      `insert into aigcspace.idempotency_claims as c (request_id, scope, key_hash, body_hash, instance_id, expires_at)
       values (?, ?, ?, ?, ?, now() + ?::interval)
       on conflict (scope, key_hash) do update set request_id = excluded.request_id, body_hash = excluded.body_hash,
         instance_id = excluded.instance_id, expires_at = excluded.expires_at, created_at = now(), is_awaited = false,
         answer_status = null, answer_content_type = null, sealed_answer = null, answered_at = null
       where c.expires_at < now()
       returning request_id`,
      [
        request.requestId,
        request.scope,
        request.keyHash,
        request.bodyHash,
        request.instanceId,
        `${CLAIM_HOURS} hours`,
      ],
    );
    if (taken.length > 0) return null;
    const held = await readClaim(em, request);
    if (held !== null) return held;
    // It was released in between.
  }
}

interface ClaimRow {
  request_id: string;
  body_hash: string;
  instance_id: string;
  answer_status: number | null;
  answer_content_type: string | null;
  sealed_answer: string | null;
}

/** The claim of a key, and its answer once there is one. Null: it is free. */
export async function readClaim(
  em: EntityManager,
  { scope, keyHash }: Pick<ClaimRequest, 'scope' | 'keyHash'>,
): Promise<HeldClaim | null> {
  const [row] = await em.execute<ClaimRow[]>(
    `select request_id, body_hash, instance_id, answer_status, answer_content_type, sealed_answer
     from aigcspace.idempotency_claims where scope = ? and key_hash = ? and expires_at >= now()`,
    [scope, keyHash],
  );
  if (row === undefined) return null;
  const answer =
    row.answer_status === null
      ? null
      : {
          status: row.answer_status,
          contentType: row.answer_content_type ?? '',
          sealedBody: row.sealed_answer,
        };
  return { requestId: row.request_id, bodyHash: row.body_hash, instanceId: row.instance_id, answer };
}

/** Tells the process that runs the call that somebody waits for its answer. */
export async function awaitClaim(em: EntityManager, requestId: string): Promise<void> {
  await em.execute('update aigcspace.idempotency_claims set is_awaited = true where request_id = ?', [
    requestId,
  ]);
}

/** Whether a repeat in another process waits for the answer. */
export async function isClaimAwaited(em: EntityManager, requestId: string): Promise<boolean> {
  const [row] = await em.execute<{ is_awaited: boolean }[]>(
    'select is_awaited from aigcspace.idempotency_claims where request_id = ?',
    [requestId],
  );
  return row?.is_awaited ?? false;
}

/** Frees keys whose calls never began. Settlements do it for those that ended without a bill. */
export async function releaseClaims(em: EntityManager, requestIds: readonly string[]): Promise<void> {
  await em.execute(
    `delete from aigcspace.idempotency_claims
     where request_id in (select jsonb_array_elements_text(?::jsonb)) and answered_at is null`,
    [JSON.stringify(requestIds)],
  );
}

/** Forgets keys whose time is over. Returns how many. */
export async function deleteExpiredClaims(em: EntityManager): Promise<number> {
  const gone = await em.execute<unknown[]>(
    'delete from aigcspace.idempotency_claims where expires_at < now() returning request_id',
  );
  return gone.length;
}
