import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA } from './columns.ts';

const IdempotencyClaimSchema = defineEntity({
  name: 'IdempotencyClaim',
  tableName: 'idempotency_claims',
  schema: SCHEMA,
  properties: {
    /** Of the call that runs for the key; it names the claim. */
    requestId: p.string().length(64).primary(),
    /** Whose key it is: `key:12`, or `user:usr_…` in the playground. */
    scope: p.string().length(64),
    /** SHA-256 of the `Idempotency-Key`. */
    keyHash: p.string().length(64),
    /** SHA-256 of endpoint and body: another body under the same key is refused. */
    bodyHash: p.string().length(64),
    /** The process that runs the call. */
    instanceId: p.string().length(50).index(),
    /** A repeat in another process waits for the answer, so the call goes on even if its own client leaves. */
    isAwaited: p.boolean().default(false),
    /** Null until the call is settled. */
    answerStatus: p.integer().nullable(),
    answerContentType: p.string().length(100).nullable(),
    /** Null although the call is settled: its answer was too large to keep, or cut off. */
    sealedAnswer: p.text().nullable().hidden(),
    answeredAt: p.datetime().nullable(),
    createdAt: createdAt(),
    expiresAt: p.datetime().index(),
  },
  uniques: [{ name: 'idempotency_claims_scope_key_hash_unique', properties: ['scope', 'keyHash'] }],
});

/** The one call that runs, or ran, for an `Idempotency-Key`. */
export class IdempotencyClaim extends IdempotencyClaimSchema.class {}
IdempotencyClaimSchema.setClass(IdempotencyClaim);
