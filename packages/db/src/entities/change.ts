import { defineEntity, p } from '@mikro-orm/core';
import { SCHEMA } from './columns.ts';

const ChangeSchema = defineEntity({
  name: 'Change',
  tableName: 'changes',
  schema: SCHEMA,
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    /**
     * The transaction that changed something. Numbers are given in another order than transactions commit, so
     * readers ask which of them a snapshot did not see yet, instead of for numbers above the last one.
     */
    xid: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()').index('changes_xid'),
    kind: p
      .string()
      .$type<'key' | 'user' | 'model' | 'provider' | 'setting' | 'organisation' | 'all'>()
      .length(20),
    /** What to read again: an id, or the name of a setting. */
    ref: p.string().length(100),
    at: p.datetime().defaultRaw('now()'),
  },
});

/** That something changed which processes keep in memory. Written by triggers, kept for an hour. */
export class Change extends ChangeSchema.class {}
ChangeSchema.setClass(Change);
