import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA } from './columns.ts';
import { User } from './user.ts';

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  schema: SCHEMA,
  properties: {
    /** SHA-256 of the cookie's value, so that a copy of the table opens no session. */
    id: p.string().length(64).primary(),
    /** What lists show and revocation takes. */
    publicId: p.string().length(50).unique(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    expiresAt: p.datetime(),
    lastUsedAt: createdAt(),
    ip: p.string().length(50).nullable(),
    userAgent: p.string().length(300).nullable(),
    createdAt: createdAt(),
  },
});

/** A browser that is signed in. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
