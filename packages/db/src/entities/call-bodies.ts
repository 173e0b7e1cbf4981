import { defineEntity, p } from '@mikro-orm/core';
import { SCHEMA } from './columns.ts';

const CallBodiesSchema = defineEntity({
  name: 'CallBodies',
  tableName: 'call_bodies',
  schema: SCHEMA,
  properties: {
    /** The call's, which names its row in the log. No foreign key: the two are written in any order. */
    requestId: p.string().length(64).primary(),
    userId: p.string().length(50).index(),
    /** The key that the call was made with; null: none, it came from the playground. */
    apiKeyId: p.integer().nullable().index(),
    /** Request and answer, compressed and sealed. Null: there was no room to keep them. */
    sealed: p.text().nullable().hidden(),
    /** Of the call. */
    createdAt: p.datetime(),
  },
  indexes: [
    {
      name: 'call_bodies_created_at',
      expression:
        'create index call_bodies_created_at on aigcspace.call_bodies using brin (created_at) with (pages_per_range = 16, autosummarize = on)',
    },
  ],
});

/** What one call asked and was answered, while an administrator has such content kept. */
export class CallBodies extends CallBodiesSchema.class {}
CallBodiesSchema.setClass(CallBodies);
