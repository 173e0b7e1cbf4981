import { hasEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { readSettings } from '@aigc/core/settings/settings';
import { EnvError, type Env } from '../../env.ts';
import type { CliContext } from '../cli-context.ts';
import { explainError } from '../explain-error.ts';
import { withInstallation, type Installation } from '../installation.ts';
import { readOutboundPolicy } from '../read-outbound-policy.ts';
import { findServerAddress } from '../reach-database.ts';
import { addressCheck } from './check-address.ts';
import { balancesCheck, billsCheck, callLogCheck, holdsCheck } from './check-books.ts';
import { failuresCheck, latencyCheck } from './check-calls.ts';
import { journalsCheck, leasesCheck } from './check-journals.ts';
import { modelsCheck, providersCheck } from './check-catalogue.ts';
import { dataDirectoryCheck, secretKeysCheck } from './check-data-directory.ts';
import { clockCheck, databaseCheck, migrationsCheck } from './check-database.ts';
import { administratorCheck, storedSecretsCheck } from './check-installation.ts';
import { diskCheck, nodeCheck, panelCheck } from './check-machine.ts';
import { jobsCheck, logStorageCheck } from './check-log-storage.ts';
import { networkCheck } from './check-network.ts';
import { outboundCheck } from './check-outbound.ts';
import { pluginsCheck } from './check-plugins.ts';
import { redisCheck } from './check-redis.ts';
import type { ContentContext } from './doctor-context.ts';
import { fail, ok, runChecks, skip, warn, type NamedFinding } from './finding.ts';

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
  balancesCheck,
  holdsCheck,
  leasesCheck,
  journalsCheck,
  callLogCheck,
  billsCheck,
  logStorageCheck,
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
  const findings: NamedFinding[] = [{ name: 'environment', ...ok('every variable can be read') }];
  findings.push(...(await runChecks(MACHINE_CHECKS, { env, serverAddress })));
  findings.push(...(await checkDatabase(context, env, { network })));
  return findings;
}

function readEnvOrFinding({ readEnv }: CliContext): Env | NamedFinding {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    const fix =
      'Correct it in .env or in the environment; docs/reference/configuration.md lists every variable.';
    return { name: 'environment', ...fail(error.message, fix) };
  }
}

async function checkDatabase(
  context: CliContext,
  env: Env,
  options: { network: boolean },
): Promise<NamedFinding[]> {
  try {
    if (env.databaseUrl === null && !(await hasEmbeddedPostgres({ dataDir: env.dataDir }))) {
      const missing = warn(
        `there is no database in ${env.dataDir} yet`,
        'Run `npm start`, or `npm run cli -- install`.',
      );
      return [{ name: 'database', ...missing }];
    }
    return await withInstallation(context, { migrations: 'ignore' }, (installation) =>
      checkContent(installation, options),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    const fix =
      env.databaseUrl === null
        ? 'Mend what the message names, then start the server with `npm start`.'
        : 'Check DATABASE_URL, and that the PostgreSQL server runs and lets this user in.';
    return [{ name: 'database', ...fail(explainError(error).message ?? 'cannot be used', fix) }];
  }
}

async function checkContent(
  installation: Installation,
  { network }: { network: boolean },
): Promise<NamedFinding[]> {
  const findings = await runChecks(DATABASE_CHECKS, installation);
  const checks = network ? [...CONTENT_CHECKS, networkCheck] : CONTENT_CHECKS;
  if (findings.some(({ name, status }) => name === 'migrations' && status !== 'ok')) {
    return [...findings, ...checks.map(({ name }) => ({ name, ...skip('needs tables of this version') }))];
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
