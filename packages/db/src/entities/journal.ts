import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA, updatedAt } from './columns.ts';

const JournalPositionSchema = defineEntity({
  name: 'JournalPosition',
  tableName: 'journal_positions',
  schema: SCHEMA,
  properties: {
    journalId: p.string().length(50).primary(),
    /** Every record up to this one is entered: reading the journal again changes nothing. */
    sequence: p.bigint('string').default('0'),
    /** The machine whose disk it is on. */
    host: p.string().length(255).default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    /** Set once everything is entered and its leases are given back. */
    closedAt: p.datetime().nullable(),
  },
});

/** How far the journal of a process is entered. */
export class JournalPosition extends JournalPositionSchema.class {}
JournalPositionSchema.setClass(JournalPosition);

const QuarantinedSettlementSchema = defineEntity({
  name: 'QuarantinedSettlement',
  tableName: 'quarantined_settlements',
  schema: SCHEMA,
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    journalId: p.string().length(50),
    sequence: p.bigint('string'),
    requestId: p.string().length(64),
    /** The journal's record, without what PostgreSQL cannot store. */
    record: p.json<Record<string, unknown>>(),
    error: p.text(),
    createdAt: createdAt(),
    resolvedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'quarantined_settlements_resolved_at', properties: ['resolvedAt'] }],
});

/** A settlement that the database refused: its call is not in the log, and nothing was billed for it. */
export class QuarantinedSettlement extends QuarantinedSettlementSchema.class {}
QuarantinedSettlementSchema.setClass(QuarantinedSettlement);

const InstanceSchema = defineEntity({
  name: 'Instance',
  tableName: 'instances',
  schema: SCHEMA,
  properties: {
    instanceId: p.string().length(50).primary(),
    /** Machine and data directory. A data directory has one owner, so its earlier processes are gone. */
    home: p.string().length(1000),
    startedAt: createdAt(),
    seenAt: createdAt(),
  },
});

/** A process that keeps its holds in the database, and when it last showed that it lives. */
export class Instance extends InstanceSchema.class {}
InstanceSchema.setClass(Instance);
