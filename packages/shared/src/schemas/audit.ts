import { z } from 'zod';
import { bigIdSchema, cursorSchema, pageLimitSchema, textSchema, timeSchema } from './fields.ts';

/** Everything that is written down, as noun and verb. */
export const AUDIT_ACTIONS = [
  'session.create',
  'session.refuse',
  'session.delete',
  'session.revoke',
  'session.revoke_others',
  'user.create',
  'user.register',
  'user.update',
  'user.update_profile',
  'user.change_password',
  'user.reset_password',
  'user.end_sessions',
  'api_key.create',
  'api_key.update',
  'api_key.rotate',
  'api_key.delete',
  'own_key.create',
  'own_key.update',
  'own_key.delete',
  'local_model.create',
  'local_model.update',
  'local_model.delete',
  'local_model.test',
  'provider.create',
  'provider.update',
  'provider.delete',
  'provider.test',
  'model.create',
  'model.update',
  'model.delete',
  'model.set_active',
  'model.set_routing',
  'model.check_upstreams',
  'model.test',
  'model.probe',
  'catalogue.import',
  'billing.top_up',
  'redeem_code.create',
  'redeem_code.update',
  'redeem_code.delete',
  'redeem_code.redeem',
  'call.read_bodies',
  'settings.update',
  'setup.complete',
  'journal.abandon',
  'journal.retry',
  'health.check',
] as const;
export const auditActionSchema = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditActionSchema>;

/** Who did it. `user` without an id: somebody who was not signed in. */
export const auditActorKindSchema = z.enum(['user', 'management_key', 'cli', 'system']);

export const auditFilterSchema = z.object({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  /** An id of a user, or a part of their name or e-mail address. */
  actor: z.string().trim().min(1).max(100).optional(),
  actor_kind: auditActorKindSchema.optional(),
  /** One action, or all of a noun: `api_key`. */
  action: z.string().trim().min(1).max(60).optional(),
  target_type: textSchema(40).optional(),
  target_id: textSchema(64).optional(),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const listAuditInputSchema = auditFilterSchema.extend({
  cursor: cursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});

export const auditEntrySchema = z.object({
  id: bigIdSchema,
  created_at: timeSchema,
  actor_kind: auditActorKindSchema,
  /** Null: the command line, the product itself, or somebody who was not signed in. */
  actor_id: z.string().nullable(),
  actor_name: z.string().nullable(),
  actor_email: z.string().nullable(),
  /** Of `AUDIT_ACTIONS`; entries of other versions may have others. */
  action: z.string(),
  target_type: z.string(),
  target_id: z.string().nullable(),
  /** What the target is called now, or was called when it was changed; null: nothing tells. */
  target_name: z.string().nullable(),
  ip: z.string().nullable(),
});
export type AuditLine = z.infer<typeof auditEntrySchema>;

/** One field that is, or was, another. Secrets are never among them. */
export const auditChangeSchema = z.object({
  field: z.string(),
  /** Absent: there was none. */
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type AuditChange = z.infer<typeof auditChangeSchema>;

export const auditDetailSchema = auditEntrySchema.extend({ changes: z.array(auditChangeSchema) });
export type AuditDetail = z.infer<typeof auditDetailSchema>;

export const listAuditOutputSchema = z.object({
  items: z.array(auditEntrySchema),
  /** Null: this is the last page. */
  next_cursor: cursorSchema.nullable(),
});

export const auditRefSchema = z.object({ id: bigIdSchema });
