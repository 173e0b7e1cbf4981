import { newId } from '@aigc/shared/ids';
import { displayPrefix, generatePlatformKey } from '@aigc/shared/platform-key';
import type { Container } from '../../src/container.ts';

/** A user with an organisation, a project, an account and one model key. */
export interface KeyOwner {
  userId: string;
  /** The whole key. */
  key: string;
  keyId: number;
}

/** Writes such a user straight into the database: nobody signs in as them. */
export async function createKeyOwner(
  { orm, secrets }: Pick<Container, 'orm' | 'secrets'>,
  { keyStatus = 'active' }: { keyStatus?: 'active' | 'disabled' } = {},
): Promise<KeyOwner> {
  const userId = newId('usr');
  const organisationId = newId('org');
  const projectId = newId('prj');
  const key = generatePlatformKey();
  const { hash, pepperId } = secrets.hashKey(key);
  const keyId = await orm.em.fork().transactional(async (em) => {
    await em.execute('insert into aigcspace.users (id, email, name, password_hash) values (?, ?, ?, ?)', [
      userId,
      `${userId}@example.com`,
      'Caller',
      'none',
    ]);
    await em.execute(
      "insert into aigcspace.organisations (id, name, kind) values (?, 'Caller', 'personal')",
      [organisationId],
    );
    await em.execute(
      "insert into aigcspace.memberships (organisation_id, user_id, role) values (?, ?, 'owner')",
      [organisationId, userId],
    );
    await em.execute(
      "insert into aigcspace.projects (id, organisation_id, name, is_default) values (?, ?, 'Default', true)",
      [projectId, organisationId],
    );
    await em.execute('insert into aigcspace.accounts (id, organisation_id) values (?, ?)', [
      newId('acc'),
      organisationId,
    ]);
    const [row] = await em.execute<{ id: number }[]>(
      `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name, status)
       values (?, ?, ?, ?, ?, ?, 'Test', ?) returning id`,
      [userId, projectId, hash, pepperId, displayPrefix(key), key.slice(-4), keyStatus],
    );
    if (row === undefined) throw new Error('the key was not written');
    return row.id;
  });
  return { userId, key, keyId };
}
