import type { EntityManager } from '@mikro-orm/postgresql';
import { Account } from '@aigc/db/entities/account';
import { Membership, Organisation, Project } from '@aigc/db/entities/organisation';
import { User } from '@aigc/db/entities/user';
import { newId } from '@aigc/shared/ids';
import type { Locale } from '@aigc/shared/schemas/fields';
import type { Role } from '@aigc/shared/schemas/viewer';
import { refusal } from '@aigc/shared/refusals';
import type { Conflict } from '../name-conflicts.ts';
import type { UserIdentity } from './user-identity.ts';

export interface NewUser {
  name: string;
  /** Lower case. */
  email: string;
  passwordHash: string;
  role: Role;
  locale: Locale | null;
}

const DEFAULT_PROJECT_NAME = 'Default';

/** For `namingConflicts`: what the unique index on e-mail addresses says. */
export const EMAIL_CONFLICTS: Record<string, Conflict> = {
  users_email_unique: () => refusal('email_taken', {}, { param: 'email' }),
};

/**
 * Writes a user with all that each one has: a personal organisation that they own, its default project, and its
 * account. Call it in a transaction; it neither checks who may do so nor audits: verbs do.
 */
export async function insertUser(em: EntityManager, user: NewUser): Promise<UserIdentity> {
  const [id, organisation, project] = [newId('usr'), newId('org'), newId('prj')];
  await em.insert(User, { id, ...user, status: 'active', theme: null });
  await em.insert(Organisation, { id: organisation, name: user.name, kind: 'personal' });
  await em.insert(Membership, { organisation, user: id, role: 'owner' });
  await em.insert(Project, { id: project, organisation, name: DEFAULT_PROJECT_NAME, isDefault: true });
  await em.insert(Account, { id: newId('acc'), organisation, balance: '0', held: '0' });
  return {
    id,
    email: user.email,
    name: user.name,
    role: user.role,
    locale: user.locale,
    theme: null,
    organisation: { id: organisation, name: user.name },
    project: { id: project, name: DEFAULT_PROJECT_NAME },
  };
}
