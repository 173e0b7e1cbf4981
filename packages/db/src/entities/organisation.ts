import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA, updatedAt } from './columns.ts';
import { User } from './user.ts';

const OrganisationSchema = defineEntity({
  name: 'Organisation',
  tableName: 'organisations',
  schema: SCHEMA,
  properties: {
    id: p.string().length(50).primary(),
    name: p.string().length(100),
    /** `personal`: made with its user. `platform`: owns the account that bears uncollected bills. */
    kind: p.string().$type<'personal' | 'team' | 'platform'>().length(20),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
});

/** A tenant: balances belong to it. */
export class Organisation extends OrganisationSchema.class {}
OrganisationSchema.setClass(Organisation);

const MembershipSchema = defineEntity({
  name: 'Membership',
  tableName: 'memberships',
  schema: SCHEMA,
  properties: {
    organisation: () => p.manyToOne(Organisation).mapToPk().primary().deleteRule('cascade'),
    user: () => p.manyToOne(User).mapToPk().primary().deleteRule('cascade').index(),
    role: p.string().$type<'owner' | 'admin' | 'member'>().length(20),
    createdAt: createdAt(),
  },
});

/** A user's role in an organisation. */
export class Membership extends MembershipSchema.class {}
MembershipSchema.setClass(Membership);

const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'projects',
  schema: SCHEMA,
  properties: {
    id: p.string().length(50).primary(),
    organisation: () => p.manyToOne(Organisation).mapToPk().deleteRule('cascade').index(),
    name: p.string().length(100),
    isDefault: p.boolean().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  uniques: [
    {
      name: 'projects_one_default',
      expression:
        'create unique index "projects_one_default" on "aigcspace"."projects" ("organisation_id") where is_default',
    },
  ],
});

/** What keys and logs are grouped under. */
export class Project extends ProjectSchema.class {}
ProjectSchema.setClass(Project);
