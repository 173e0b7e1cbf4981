import { findDemoModel } from '@aigc/core/setup/complete-setup';
import { claimDataDir, DataDirInUse, type DataDirClaim } from '@aigc/db/embedded/data-dir-owner';
import { startEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { startApp, type App } from './app.ts';
import { EnvError, readProcessEnv, type Env } from './env.ts';
import { createLog, type Log } from './log.ts';
import { isOperatorError, operatorMessage } from './operator-error.ts';
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
shutdown.listen();

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
  const claim = await claimDataDir(given.dataDir, { address: `http://${given.host}:${given.port}` });
  ending.onClose(() => claim.release());
  const connectionString = given.databaseUrl ?? (await startDatabase(given, ending));
  const app = await startApp({
    env: given,
    log: logger,
    connectionString,
    report: say,
    signal: ending.requested,
  });
  ending.onClose(() => app.stop(ending.forced));
  if (ending.requested.aborted) return;
  await announce(app, claim);
  logger.info({ origin: app.origin, instanceId: app.container.instanceId }, 'Listening.');
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

/** What to do next, ready to be copied. */
async function announce({ origin, setupToken, container }: App, claim: DataDirClaim): Promise<void> {
  claim.setAddress(origin);
  const model = (await findDemoModel(container.deps().em)) || 'MODEL';
  say('');
  say(`  AIGC Space is ready:  ${origin}`);
  if (setupToken !== null) {
    say('');
    say('  Set it up in the browser (the link works once, until the next start):');
    say(`    ${origin}/setup?token=${setupToken}`);
  }
  say('');
  say('  Call it, with a key from the panel:');
  say(`    curl ${origin}/api/v1/chat/completions \\`);
  say(`      -H "Authorization: Bearer $AIGC_API_KEY" -H "Content-Type: application/json" \\`);
  say(`      -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'`);
  if (container.env.upstreamAllowLoopback) {
    say('');
    say('  Models on this machine may be called (UPSTREAM_ALLOW_LOOPBACK=no forbids it).');
  }
  say('');
}
