import { recoverDeadCalls } from '@aigc/core/calls/recover-calls';
import { recoverJournals } from '@aigc/core/calls/recover-journals';
import { seedCatalogue } from '@aigc/core/providers/seed-catalogue';
import type { Secrets } from '@aigc/core/secrets/secrets';
import { deleteExpiredSessions } from '@aigc/core/sessions/delete-expired-sessions';
import { applyEnvironment } from '@aigc/core/settings/apply-environment';
import { issueSetupToken } from '@aigc/core/setup/setup-token';
import { migrate } from '@aigc/db/migrate';
import type { Orm } from '@aigc/db/orm';
import type { Container } from './container.ts';
import type { Env } from './env.ts';
import { importModelsFile } from './import-models-file.ts';
import { homeOf } from './home.ts';
import { journalDirectory } from './journal-directory.ts';
import { loadSecrets } from './load-secrets.ts';
import type { Log } from './log.ts';
import { provisionFromEnv } from './provision-from-env.ts';

/** Brings the tables, the keys and the settings up to date, before anything is made from them. */
export async function prepareDatabase(orm: Orm, { env, log }: { env: Env; log: Log }): Promise<Secrets> {
  const applied = await migrate(orm);
  if (applied.length > 0) log.info({ migrations: applied }, 'The database was brought up to date.');
  const secrets = await loadSecrets(env, orm.em.fork());
  const { platformName, defaultLocale, registration } = env;
  await applyEnvironment(orm.em.fork(), { platformName, defaultLocale, registration }, env.currency);
  return secrets;
}

/**
 * What is done once per start, before traffic is taken: dead calls are ended, and what the environment asks for is
 * made. Returns the token of the set-up link; null: set-up is done.
 */
export async function prepareInstallation(
  container: Container,
  report: (line: string) => void,
): Promise<string | null> {
  const { env, log, orm, connectionString } = container;
  await deleteExpiredSessions(orm.em.fork());
  // A data directory has one owner, so nobody writes these journals any more.
  const found = await recoverJournals({ connectionString, directory: journalDirectory(env.dataDir), log });
  if (found.entered > 0) report(`Entered ${found.entered} settled calls that a stopped process had left.`);
  if (found.interrupted > 0) report(`Ended ${found.interrupted} calls that a stopped process had left open.`);
  if (found.quarantined > 0) report(`Set ${found.quarantined} settlements aside that could not be entered.`);
  const ended = await recoverDeadCalls({
    connectionString,
    ownInstanceId: container.instanceId,
    home: homeOf(env.dataDir),
  });
  if (ended > 0) report(`Ended ${ended} calls that a stopped process had left open.`);
  await provisionFromEnv(container, report);
  const { added } = await seedCatalogue(container.deps(), env.providerKeys);
  if (added.length > 0) log.info({ providers: added }, 'Providers were added.');
  await importModelsFile(container.deps(), { env, log });
  return issueSetupToken(orm.em.fork());
}
