import { hasEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { readSettings } from '@aigc/core/settings/settings';
import { EnvError, type Env } from '../env.ts';
import type { CliContext } from './cli-context.ts';
import { explainError } from './explain-error.ts';
import { withInstallation, type Installation } from './installation.ts';
import { readOutboundPolicy } from './read-outbound-policy.ts';
import { findServerAddress } from './reach-database.ts';
import { addressCheck } from '../checks/check-address.ts';
import { BOOK_CHECKS } from '../checks/book-checks.ts';
import { callBodiesCheck } from '../checks/check-call-bodies.ts';
import { failuresCheck, latencyCheck } from '../checks/check-calls.ts';
import { journalsCheck } from '../checks/check-journals.ts';
import { modelsCheck, providersCheck } from '../checks/check-catalogue.ts';
import { dataDirectoryCheck, secretKeysCheck } from '../checks/check-data-directory.ts';
import { clockCheck, databaseCheck, migrationsCheck } from '../checks/check-database.ts';
import { administratorCheck, storedSecretsCheck } from '../checks/check-installation.ts';
import { diskCheck, nodeCheck, panelCheck } from '../checks/check-machine.ts';
import { jobsCheck, logStorageCheck } from '../checks/check-log-storage.ts';
import { networkCheck } from '../checks/check-network.ts';
import { outboundCheck } from '../checks/check-outbound.ts';
import { pluginsCheck } from '../checks/check-plugins.ts';
import { redisCheck } from '../checks/check-redis.ts';
import type { ContentContext } from '../checks/check-context.ts';
import { fail, ok, runChecks, skip, warn, type NamedFinding } from '../checks/finding.ts';

const MACHINE_CHECKS = [
  nodeCheck,
  dataDirectoryCheck,
  secretKeysCheck,
  diskCheck,
  panelCheck,
  addressCheck,
  redisCheck,
  pluginsCheck,
];
const DATABASE_CHECKS = [databaseCheck, migrationsCheck, clockCheck];
const CONTENT_CHECKS = [
  administratorCheck,
  storedSecretsCheck,
  ...BOOK_CHECKS,
  journalsCheck,
  logStorageCheck,
  callBodiesCheck,
  jobsCheck,
  modelsCheck,
  providersCheck,
  outboundCheck,
  failuresCheck,
  latencyCheck,
];

/** Looks at the whole installation and changes nothing. `network`: also connects to the providers. */
export async function runDoctor(
  context: CliContext,
  { network }: { network: boolean },
): Promise<NamedFinding[]> {
  const env = readEnvOrFinding(context);
  if ('status' in env) return [env];
  const serverAddress = await findServerAddress(env.dataDir).catch(() => null);
  const findings: NamedFinding[] = [{ name: 'environment', ...ok('environment.ok') }];
  findings.push(...(await runChecks(MACHINE_CHECKS, { env, serverAddress })));
  findings.push(...(await checkDatabase(context, env, { network })));
  return findings;
}

function readEnvOrFinding({ readEnv }: CliContext): Env | NamedFinding {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return { name: 'environment', ...fail('environment.invalid', { reason: error.message }) };
  }
}

async function checkDatabase(
  context: CliContext,
  env: Env,
  options: { network: boolean },
): Promise<NamedFinding[]> {
  try {
    if (env.databaseUrl === null && !(await hasEmbeddedPostgres({ dataDir: env.dataDir }))) {
      return [{ name: 'database', ...warn('database.none', { path: env.dataDir }) }];
    }
    return await withInstallation(context, { migrations: 'ignore' }, (installation) =>
      checkContent(installation, options),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    const code = env.databaseUrl === null ? 'database.unusable_embedded' : 'database.unusable';
    return [{ name: 'database', ...fail(code, { reason: explainError(error).message ?? 'cannot be used' }) }];
  }
}

async function checkContent(
  installation: Installation,
  { network }: { network: boolean },
): Promise<NamedFinding[]> {
  const findings = await runChecks(DATABASE_CHECKS, installation);
  const checks = network ? [...CONTENT_CHECKS, networkCheck] : CONTENT_CHECKS;
  // What they read may not be there yet.
  if (findings.some(({ name, status }) => name === 'migrations' && status !== 'ok')) {
    return [...findings, ...checks.map(({ name }) => ({ name, ...skip('migrations.needed') }))];
  }
  return [...findings, ...(await runChecks(checks, await contentContext(installation)))];
}

async function contentContext(installation: Installation): Promise<ContentContext> {
  // Keys that do not fit are a finding of their own check.
  const deps = await loadDeps(installation);
  return { ...installation, deps, policy: await readOutboundPolicy(installation), now: new Date() };
}

/** Loading would make first keys in an installation that has none yet; looking must not. */
async function loadDeps({ deps, em }: Installation): Promise<ContentContext['deps']> {
  if (!(await readSettings(em())).isInstalled) return null;
  return deps().catch(() => null);
}
