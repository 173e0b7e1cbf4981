import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA } from './columns.ts';

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  schema: SCHEMA,
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    /** No foreign key: the record outlives what it names. Null: the system or the command line. */
    actorUserId: p.string().length(50).nullable(),
    actorKind: p.string().$type<'user' | 'management_key' | 'cli' | 'system'>().length(20),
    organisationId: p.string().length(50).nullable(),
    /** Noun and verb, e.g. `api_key.create`. */
    action: p.string().length(60),
    targetType: p.string().length(40),
    targetId: p.string().length(64).nullable(),
    before: p.json<Record<string, unknown>>().nullable(),
    after: p.json<Record<string, unknown>>().nullable(),
    ip: p.string().length(50).nullable(),
    createdAt: createdAt(),
  },
  indexes: [
    { name: 'audit_log_order', properties: ['createdAt', 'id'] },
    { name: 'audit_log_actor_order', properties: ['actorUserId', 'createdAt', 'id'] },
    { name: 'audit_log_action_order', properties: ['action', 'createdAt', 'id'] },
    { name: 'audit_log_target_order', properties: ['targetType', 'targetId', 'createdAt', 'id'] },
  ],
});

/** Who changed what, without secrets. Written in the transaction of the change. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);
