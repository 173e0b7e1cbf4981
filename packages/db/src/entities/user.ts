import { defineEntity, p } from '@mikro-orm/core';
import type { Locale, Theme } from '@aigc/shared/schemas/fields';
import type { Role } from '@aigc/shared/schemas/viewer';
import { createdAt, limitColumns, limitsCheck, SCHEMA, updatedAt } from './columns.ts';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  schema: SCHEMA,
  properties: {
    id: p.string().length(50).primary(),
    /** Lower case; unique. */
    email: p.string().length(254).unique(),
    name: p.string().length(100),
    /** argon2id in PHC form. */
    passwordHash: p.text().hidden(),
    /** Role on the whole platform; roles inside an organisation are in `memberships`. */
    role: p.string().$type<Role>().length(20).default('user'),
    /** A user with history is deactivated, never deleted. */
    status: p.string().$type<'active' | 'deactivated'>().length(20).default('active'),
    locale: p.string().$type<Locale>().length(10).nullable(),
    theme: p.string().$type<Theme>().length(10).nullable(),
    ...limitColumns(),
    /** Grows with every change that somebody makes. */
    version: p.integer().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  checks: [limitsCheck('users')],
});

/** A person who signs in. */
export class User extends UserSchema.class {}
UserSchema.setClass(User);
