import type { EntityManager } from '@mikro-orm/postgresql';
import type { UserActor } from '../actor.ts';
import type { Role } from '@aigc/shared/schemas/viewer';

/** A person with the tenant they work in: their personal organisation and its default project. */
export interface UserIdentity {
  id: string;
  email: string;
  name: string;
  role: Role;
  locale: 'en' | 'zh-CN' | null;
  theme: 'system' | 'light' | 'dark' | null;
  organisation: { id: string; name: string };
  project: { id: string; name: string };
}

const IDENTITY_QUERY = `
  select u.id, u.email, u.name, u.role, u.locale, u.theme,
    o.id as organisation_id, o.name as organisation_name, p.id as project_id, p.name as project_name
  from aigcspace.users u
  join aigcspace.memberships m on m.user_id = u.id
  join aigcspace.organisations o on o.id = m.organisation_id and o.kind = 'personal'
  join aigcspace.projects p on p.organisation_id = o.id and p.is_default
  where u.id = ? and u.status = 'active'
  limit 1
`;

type IdentityRow = Pick<UserIdentity, 'id' | 'email' | 'name' | 'role' | 'locale' | 'theme'> & {
  organisation_id: string;
  organisation_name: string;
  project_id: string;
  project_name: string;
};

/** Null when the user is unknown or deactivated. */
export async function loadUserIdentity(em: EntityManager, userId: string): Promise<UserIdentity | null> {
  const [row] = await em.execute<IdentityRow[]>(IDENTITY_QUERY, [userId]);
  if (row === undefined) return null;
  const { id, email, name, role, locale, theme } = row;
  return {
    id,
    email,
    name,
    role,
    locale,
    theme,
    organisation: { id: row.organisation_id, name: row.organisation_name },
    project: { id: row.project_id, name: row.project_name },
  };
}

/** The actor that a user is. */
export function toUserActor(
  user: UserIdentity,
  via: { kind: UserActor['kind']; ip: string | null },
): UserActor {
  return {
    kind: via.kind,
    userId: user.id,
    role: user.role,
    organisationId: user.organisation.id,
    projectId: user.project.id,
    ip: via.ip,
  };
}
