import cluster from 'node:cluster';
import { claimDataDir, DataDirInUse } from '@aigc/db/embedded/data-dir-owner';
import { startEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { announce } from './announce.ts';
import { startApp, type AppOptions } from './app.ts';
import { EnvError, readProcessEnv, type Env } from './env.ts';
import { createLog, type Log } from './log.ts';
import { isOperatorError, operatorMessage } from './operator-error.ts';
import { startPrimary, type Primary } from './processes/primary.ts';
import { runWorker } from './processes/worker.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';

/** Whoever read our output may leave (`npm start | head`): the product goes on without an audience. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Lines for the person who started the product; the log has its own form. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function exitBecause(error: unknown): never {
  if (!(error instanceof EnvError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function readEnvOrExit(): Env {
  try {
    return readProcessEnv();
  } catch (error) {
    return exitBecause(error);
  }
}

const env = readEnvOrExit();
const log = createLog({
  level: env.logLevel,
  isForPeople: process.stdout.isTTY && !env.isLogLevelSet,
});
const shutdown = createShutdown({ log, say });
shutdown.listen({ isWorker: cluster.isWorker });

try {
  await start(env, log, shutdown);
  shutdown.markStarted();
} catch (error) {
  // A start that somebody interrupts fails because of it, which is no news.
  if (!shutdown.requested.aborted) tell(error);
  await shutdown.run(shutdown.requested.aborted ? 0 : 1);
}

function tell(error: unknown): void {
  if (error instanceof DataDirInUse || isOperatorError(error)) {
    process.stderr.write(`${operatorMessage(error)}\n`);
    return;
  }
  log.fatal({ err: error }, 'The start failed.');
}

async function start(given: Env, logger: Log, ending: Shutdown): Promise<void> {
  if (cluster.isWorker) return runWorker({ env: given, log: logger, ending });
  const claim = await claimDataDir(given.dataDir, { address: `http://${given.host}:${given.port}` });
  ending.onClose(() => claim.release());
  const connectionString = given.databaseUrl ?? (await startDatabase(given, ending));
  const options = { env: given, log: logger, connectionString, report: say, signal: ending.requested };
  const app = given.workers > 1 ? await startWithWorkers(options, ending) : await startApp(options);
  ending.onClose(() => app.stop(ending.forced));
  if (ending.requested.aborted) return;
  const { origin, setupToken, container } = app;
  await announce({ origin, setupToken, container, claim, say });
  logger.info({ origin, instanceId: container.instanceId }, 'Listening.');
}

async function startWithWorkers(options: AppOptions, ending: Shutdown): Promise<Primary> {
  const primary = await startPrimary(options, ending);
  void primary.hopeless.then((error) => {
    tell(error);
    return ending.run(1);
  });
  return primary;
}

async function startDatabase(given: Env, ending: Shutdown): Promise<string> {
  const database = await startEmbeddedPostgres({
    dataDir: given.dataDir,
    onProgress: say,
    signal: ending.requested,
  });
  ending.onClose(() => database.stop());
  return database.connectionString;
}
