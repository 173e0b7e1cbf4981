/**
 * What checks of an installation can find, by code: what it is, and how it is mended. The command line prints these
 * sentences; the panel has others for other languages. Every text takes the same parameters.
 */

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const MAX_NAMES = 5;

/** `a, b and 3 more` */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

const GB = 1e9;
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

type Names = { names: readonly string[] };
type Path = { path: string };
type Count = { count: number };
type Reason = { reason: string };
type Provider = { provider: string };

const DISK_FIX = 'Free some space, or move DATA_DIR to a larger disk while the server is stopped.';
const freeSpace = ({ freeBytes, path }: { freeBytes: number } & Path): string =>
  `${(freeBytes / GB).toFixed(1)} GB free for ${path}`;
const JOB_FIX =
  'The log of the server that runs jobs (ROLE=all or jobs) says more; it tries again by itself.';
const REDEMPTION_FIX =
  'Find out what wrote to the tables redeem_codes or ledger_entries, and restore them from a backup.';
const GAP_FIX = 'Rows were removed or changed by hand: restore api_call_log from a backup of that time.';
const NTP_FIX = 'Let both machines set their clocks by NTP.';
const clocks = ({ skewMs }: { skewMs: number }): string =>
  `the clocks of this machine and of the database differ by ${seconds(skewMs)} s`;
const LOOK_AT_SETTINGS = 'Look at its settings in the panel, and test it there.';
const enterAgain = ({ provider }: Provider): string => `Enter the key of ${provider} again in the panel.`;
const failed = (what: string) => (p: Count & Names) =>
  `${count(p.count, 'call')} of the last day failed because ${what}: ${listNames(p.names)}`;

export const FINDINGS = {
  'check.failed': {
    message: ({ reason }: Reason) => `could not be checked: ${reason}`,
    fix: () => 'Mend what the reason names, then run doctor again.',
  },
  'environment.ok': { message: () => 'every variable can be read' },
  'environment.invalid': {
    message: ({ reason }: Reason) => reason,
    fix: () =>
      'Correct it in .env or in the environment; docs/reference/configuration.md lists every variable.',
  },

  'node.ok': { message: ({ version }: { version: string }) => `Node ${version}` },
  'node.old': {
    message: ({ version, tested }: { version: string; tested: number }) =>
      `Node ${version} is older than ${tested}, which this version is tested with`,
    fix: () => 'Start with `npm start` and `npm run cli`, which bring their own Node.',
  },
  'panel.ok': { message: () => 'the panel is built' },
  'panel.missing': {
    message: () => 'the panel is not built, so only the API answers',
    fix: () => 'Run `npm run build`, or start with `npm start`.',
  },
  'disk.ok': { message: freeSpace },
  'disk.low': { message: freeSpace, fix: () => DISK_FIX },
  'disk.full': { message: freeSpace, fix: () => DISK_FIX },

  'data_directory.ok': { message: ({ path }: Path) => `${path} is writable and private` },
  'data_directory.missing': {
    message: ({ path }: Path) => `${path} does not exist yet`,
    fix: () => '`npm start` makes it; check DATA_DIR if you expected one.',
  },
  'data_directory.not_directory': {
    message: ({ path }: Path) => `${path} is not a directory`,
    fix: () => 'Set DATA_DIR to a directory.',
  },
  'data_directory.not_writable': {
    message: ({ path, owner, me }: Path & { owner: number; me: number }) =>
      `${path} belongs to user ${owner} and cannot be written by user ${me}`,
    fix: ({ path, owner, me }: Path & { owner: number; me: number }) =>
      `Run as user ${owner}, or: chown -R ${me} ${path}`,
  },
  'data_directory.other_owner': {
    message: ({ path, owner, me }: Path & { owner: number; me: number }) =>
      `${path} belongs to user ${owner}, but user ${me} looks at it`,
    fix: ({ owner }: Path & { owner: number; me: number }) =>
      `Run the server and the command line as user ${owner}.`,
  },
  'data_directory.open': {
    message: ({ path, mode }: Path & { mode: string }) => `${path} is open to other users (mode ${mode})`,
    fix: ({ path }: Path & { mode: string }) => `chmod 700 ${path}`,
  },
  'secret_keys.of_environment': {
    message: (p: Count) => `SECRET_KEYS holds ${count(p.count, 'key')}`,
  },
  'secret_keys.missing': {
    message: ({ path }: Path) => `there is no ${path} yet; the first start makes it`,
  },
  'secret_keys.open': {
    message: ({ path, mode }: Path & { mode: string }) => `${path} may be read by other users (mode ${mode})`,
    fix: ({ path }: Path & { mode: string }) => `chmod 600 ${path}`,
  },
  'secret_keys.ok': {
    message: (p: Path & Count) => `${p.path} is private and holds ${count(p.count, 'key')}`,
  },
  'secret_keys.unreadable': {
    message: ({ reason }: Path & Reason) => reason,
    fix: ({ path }: Path & Reason) => `Restore ${path} from a backup.`,
  },

  'address.ready': {
    message: ({ origin }: { origin: string }) => `the server answers at ${origin} and is ready`,
  },
  'address.not_ready': {
    message: ({ origin, names }: { origin: string } & Names) =>
      `the server at ${origin} is not ready (${names.join(', ')})`,
    fix: () => 'Look at the output of the server, and start it again if it hangs.',
  },
  'address.silent': {
    message: ({ origin, reason }: { origin: string } & Reason) =>
      `the server at ${origin} cannot be asked. ${reason}`,
    fix: () => 'Look at the output of the server, and start it again if it hangs.',
  },
  'address.free': {
    message: ({ address }: { address: string }) => `no server runs, and ${address} is free for it`,
  },
  'address.taken': {
    message: ({ address }: { address: string }) => `another program has ${address}`,
    fix: () => 'Stop that program, or set PORT to a free port.',
  },
  'address.not_permitted': {
    message: ({ address }: { address: string }) => `this user may not listen on ${address}`,
    fix: () => 'Set PORT to a port above 1023.',
  },
  'address.unknown_host': {
    message: ({ host }: { host: string }) => `HOST ${host} is no address of this machine`,
    fix: () => 'Set HOST to 127.0.0.1, 0.0.0.0, or an address that `ip addr` shows.',
  },
  'address.other': {
    message: ({ address, reason }: { address: string } & Reason) =>
      `${address} cannot be listened on (${reason})`,
    fix: () => 'Check HOST and PORT.',
  },

  'limits.memory': { message: () => 'requests, tokens and running calls are counted on this machine' },
  'limits.redis': {
    message: ({ host, ms }: { host: string; ms: number }) =>
      `Redis at ${host} counts the limits, in ${ms.toFixed(1)} ms`,
  },
  'limits.redis_slow': {
    message: ({ host, ms }: { host: string; ms: number }) =>
      `Redis at ${host} counts the limits, in ${ms.toFixed(1)} ms`,
    fix: () => 'Calls wait for it: move it nearer to this machine.',
  },
  'limits.redis_away': {
    message: ({ host }: { host: string }) =>
      `Redis at ${host} does not answer, so each process counts limits alone`,
    fix: () => 'Check REDIS_URL with its password, and that the server runs and lets this machine in.',
  },
  'plugins.none': { message: () => 'no provider plug-ins are configured' },
  'plugins.ok': {
    message: ({ names }: Names) =>
      `${count(names.length, 'provider plug-in')} can be loaded: ${listNames(names)}`,
  },
  'plugins.failed': {
    message: ({ source, reason }: { source: string } & Reason) =>
      `the plug-in ${source} is left out: ${reason}`,
    fix: () => 'Mend the plug-in or PLUGINS, then start again.',
  },

  'processes.ok': {
    message: (p: Count) => (p.count === 1 ? 'one process serves' : `${p.count} processes serve`),
  },
  'processes.busy': {
    message: ({ worker, ms }: { worker: string; ms: number }) =>
      `process ${worker} answers late: timers wait for ${Math.round(ms)} ms`,
    fix: () => 'Give it more processors, start more workers (WORKERS), or look for what keeps it busy.',
  },
  'processes.missing': {
    message: ({ running, wanted }: { running: number; wanted: number }) =>
      `${running} of ${wanted} processes answer`,
    fix: () => 'Look at the output of the server: it says why a worker ended. It starts another by itself.',
  },
  'processes.draining': {
    message: ({ worker }: { worker: string }) => `process ${worker} ends and takes no new work`,
    fix: () => 'Wait until it has ended, or look at what it waits for.',
  },
  'snapshot.ok': {
    message: ({ ms }: { ms: number }) => `keys and models in memory are current (${seconds(ms)} s old)`,
  },
  'snapshot.old': {
    message: ({ ms }: { ms: number; maxMs: number }) =>
      `keys and models in memory are ${seconds(ms)} s old: changes are not heard of`,
    fix: ({ maxMs }: { ms: number; maxMs: number }) =>
      `Look at the database: after ${seconds(maxMs)} s (SNAPSHOT_MAX_STALE) calls are refused.`,
  },
  'drain.ok': { message: () => 'settled calls are entered as they come' },
  'drain.direct': { message: () => 'every call is entered in the database before its answer ends' },
  'drain.behind': {
    message: (p: Count & { ms: number }) =>
      `${count(p.count, 'settled call')} wait for the database, the oldest for ${seconds(p.ms)} s`,
    fix: () => 'Look at the load of the database: its disk, its locks and its processors.',
  },
  'drain.refuses': {
    message: () => 'a process refuses new calls, because it cannot write its journal',
    fix: () => 'Free some space for DATA_DIR; docs/runbooks/journal.md says what else it may be.',
  },
  'upstreams.none': { message: () => 'no calls to providers in the last hour' },
  'upstreams.ok': {
    message: (p: Count) => `${count(p.count, 'provider')} answered the calls of the last hour`,
  },
  'upstreams.failing': {
    message: ({ provider, percent }: Provider & { percent: number }) =>
      `${provider} failed ${percent} % of its calls of the last hour`,
    fix: () => 'Look at the failed calls and test the connection; another upstream under Routing stands in.',
  },
  'upstreams.breaker': {
    message: ({ provider, names }: Provider & Names) =>
      `calls are kept away from ${provider} after failures in a row: ${listNames(names)}`,
    fix: () => 'It is tried again by itself. Test the connection to see what is wrong.',
  },

  'database.none': {
    message: ({ path }: Path) => `there is no database in ${path} yet`,
    fix: () => 'Run `npm start`, or `npm run cli -- install`.',
  },
  'database.unusable_embedded': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Mend what the message names, then start the server with `npm start`.',
  },
  'database.unusable': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Check DATABASE_URL, and that the PostgreSQL server runs and lets this user in.',
  },
  'database.embedded': {
    message: ({ version }: { version: string }) => `the embedded PostgreSQL answers (${version})`,
  },
  'database.ok': {
    message: ({ version }: { version: string }) => `the PostgreSQL of DATABASE_URL answers (${version})`,
  },
  'database.old': {
    message: ({ version }: { version: string; oldest: number }) => `PostgreSQL is ${version}`,
    fix: ({ oldest }: { version: string; oldest: number }) => `Upgrade it to PostgreSQL ${oldest} or later.`,
  },
  'migrations.ok': {
    message: (p: Count) => `the tables are up to date (${count(p.count, 'migration')})`,
  },
  'migrations.pending': {
    message: (p: Count) => `${count(p.count, 'migration')} pending`,
    fix: () => 'Run `npm run cli -- migrate`, or start the server.',
  },
  'migrations.newer': {
    message: ({ names }: Names) => `the database belongs to a newer version (${names.join(', ')})`,
    fix: () => 'Update this installation to the version that made it.',
  },
  'migrations.needed': { message: () => 'needs tables of this version' },
  'clock.ok': { message: () => 'this machine and the database have the same time' },
  'clock.apart': { message: clocks, fix: () => NTP_FIX },
  'clock.far_apart': { message: clocks, fix: () => NTP_FIX },

  'administrator.not_installed': {
    message: () => 'nobody has set up this installation yet',
    fix: () => 'Run `npm run cli -- install`, or open the link that the server prints at its start.',
  },
  'administrator.ok': { message: (p: Count) => count(p.count, 'active administrator') },
  'administrator.none': {
    message: () => 'there is no active administrator',
    fix: () => 'Run `npm run cli -- user set-role <email> admin`.',
  },
  'secrets.no_keys': { message: () => 'the database has no key-encryption keys yet' },
  'secrets.wrong_keys': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Give the keys with which this database was installed; nothing else can read its secrets.',
  },
  'secrets.not_loaded': { message: () => 'the key-encryption keys cannot be loaded' },
  'secrets.ok': {
    message: (p: Count) => `the key-encryption keys fit; ${count(p.count, 'stored key')} can be read`,
  },
  'secrets.unreadable': {
    message: ({ names }: Names) => `keys cannot be read: ${listNames(names)}`,
    fix: () =>
      'Enter those keys again in the panel: they were changed in the database or copied from elsewhere.',
  },

  'balances.ok': { message: () => 'every balance is the sum of its ledger entries' },
  'balances.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `the balance of ${owner} is ${found}, but their ledger entries add up to ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Find out what wrote to the table accounts, then: update aigcspace.accounts set balance = ${expected} where id = '${id}';`,
  },
  'holds.none': { message: () => 'no money is held' },
  'holds.ok': {
    message: (p: Count) => `${count(p.count, 'running call')} hold money, and no dead one`,
  },
  'holds.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `${found} is held of the balance of ${owner}, but their running calls hold ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Stop the server, then: update aigcspace.accounts set held = ${expected} where id = '${id}';`,
  },
  'holds.dead': {
    message: (p: Count) => `${count(p.count, 'call')} of a process that is gone still hold money`,
    fix: () => 'Start the server again: every start ends the calls of processes that are gone.',
  },
  'holds.dead_stopped': {
    message: (p: Count) => `${count(p.count, 'call')} of a process that is gone still hold money`,
    fix: () => 'Start the server: it ends these calls and releases the money.',
  },
  'leases.ok': { message: () => 'what is lent to processes is the sum of their leases' },
  'leases.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `${found} of the balance of ${owner} is lent to processes, but their leases add up to ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Stop every server, then: update aigcspace.accounts set leased = ${expected} where id = '${id}';`,
  },
  'leases.wrong_budgets': {
    message: (p: Count) =>
      `${count(p.count, 'budget')} of keys set another amount aside than their leases add up to`,
    fix: () =>
      'Find out what wrote to the table key_budgets; its column leased is the sum of budget_leases and holds.',
  },
  'journals.ok': { message: () => 'everything settled is entered' },
  'journals.running': { message: () => 'everything settled is entered, or about to be' },
  'journals.damaged': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'docs/runbooks/journal.md says what to do, step by step.',
  },
  'journals.quarantined': {
    message: (p: Count) =>
      `${count(p.count, 'settlement')} could not be entered: their calls are not in the log and not billed`,
    fix: () =>
      'Read the column error of the table quarantined_settlements, mend the cause, then run `npm run cli -- journal retry`.',
  },
  'journals.missing': {
    message: ({ id, host, leased }: { id: string; host: string; leased: string }) =>
      `the journal of ${id}${host === '' ? '' : ` on ${host}`} is not here, and ${leased} is set aside for it`,
    fix: ({ id }: { id: string; host: string; leased: string }) =>
      `Start the server of its data directory; if that is lost for good, run \`npm run cli -- journal abandon ${id}\`.`,
  },
  'journals.left': {
    message: (p: Count) => `${count(p.count, 'settled call')} of a process that is gone are on disk only`,
    fix: () => 'Start the server: it enters them.',
  },
  'journals.behind': {
    message: (p: Count) => `${count(p.count, 'settled call')} wait on disk for the database`,
    fix: () => 'Look at the load of the database: its disk, its locks and its processors.',
  },
  'call_log.ok': {
    message: (p: Count) =>
      `the log of the last week is complete: ${count(p.count, 'call')}, each booked as logged`,
  },
  'call_log.rows_missing': {
    message: (p: Count) => `${count(p.count, 'billed call')} of the last week lack their log row`,
    fix: () => GAP_FIX,
  },
  'call_log.booked_otherwise': {
    message: (p: Count) =>
      `${count(p.count, 'call')} of the last week were booked with another amount than the log says`,
    fix: () => GAP_FIX,
  },
  'call_log.sums_costs': {
    message: () => 'the hourly sums of the last week have other costs than the log',
    fix: () => GAP_FIX,
  },
  'call_log.sums_calls': {
    message: (p: Count) => `the hourly sums of the last week have ${p.count} calls more than the log`,
    fix: () => GAP_FIX,
  },
  'bills.ok': { message: () => 'the bills of the newest calls follow from their prices and usage' },
  'bills.wrong': {
    message: (p: Count & { requestId: string; found: string; expected: string }) =>
      `${count(p.count, 'bill')} of the newest calls ${p.count === 1 ? 'is' : 'are'} not what prices and usage say, such as ${p.requestId}: ${p.found} instead of ${p.expected}`,
    fix: () =>
      'Find out what wrote to the table api_call_log; a balance is put right by an entry of its own, never by changing a call.',
  },
  'redeem_codes.ok': {
    message: (p: Count) => `each redeemed code is one entry of its amount: ${count(p.count, 'redemption')}`,
  },
  'redeem_codes.not_booked': {
    message: (p: Count) => `redeemed codes that the ledger lacks, or has with another amount: ${p.count}`,
    fix: () => REDEMPTION_FIX,
  },
  'redeem_codes.not_redeemed': {
    message: (p: Count) => `redemptions in the ledger whose code nobody redeemed: ${p.count}`,
    fix: () => REDEMPTION_FIX,
  },

  'log_storage.ok': { message: (p: Count) => `the call log has ${count(p.count, 'month')}` },
  'log_storage.months_missing': {
    message: ({ names }: Names) => `the call log has no partition for ${names.join(', ')}`,
    fix: () => 'Start the server: a job makes them. Until then calls go into the default partition.',
  },
  'log_storage.stray': {
    message: (p: Count) => `${count(p.count, 'call')} lie in the default partition of the call log`,
    fix: () =>
      'Check the clocks of the machines; docs/runbooks/call-log.md says what to do with these calls.',
  },
  'call_bodies.off': { message: () => 'requests and answers of calls are not kept' },
  'call_bodies.kept': {
    message: ({ mode, days, mebibytes }: { mode: string; days: number; mebibytes: number }) =>
      `requests and answers of ${mode === 'all' ? 'all calls' : 'calls that failed'} are kept for ${count(days, 'day')} (${mebibytes} MiB now)`,
  },
  'call_bodies.unreadable': {
    message: () => 'requests and answers that were kept cannot be read',
    fix: () => 'They were written with other key-encryption keys: give every server the same SECRET_KEYS.',
  },
  'call_bodies.overdue': {
    message: () => 'requests and answers of calls are kept longer than the platform settings say',
    fix: () => 'Start a server that runs jobs (ROLE=all or jobs): one deletes them every ten minutes.',
  },
  'jobs.none': { message: () => 'no server has run jobs yet' },
  'jobs.ok': { message: (p: Count) => `${count(p.count, 'job')} did their work` },
  'jobs.failed': {
    message: ({ job, reason }: { job: string } & Reason) => `the job ${job} failed: ${reason}`,
    fix: () => JOB_FIX,
  },
  'jobs.late': {
    message: ({ job }: { job: string }) => `the job ${job} has not succeeded for a day`,
    fix: () => JOB_FIX,
  },

  'models.ok': { message: (p: Count) => `${count(p.count, 'cloud model')} can be called` },
  'models.none': {
    message: () => 'no cloud model is open to the API',
    fix: () => 'Switch API use on for a model in the panel.',
  },
  'models.unpriced': {
    message: ({ names }: Names) => `open to the API but without a price, so refused: ${listNames(names)}`,
    fix: () => 'Set the prices of each in the panel (zero is a price), or switch its API use off.',
  },
  'models.no_provider': {
    message: ({ names }: Names) =>
      `open to the API but no provider that is enabled serves them: ${listNames(names)}`,
    fix: () =>
      'Enable the provider in the panel, use another upstream under Routing, or switch API use of the models off.',
  },
  'models.idle_fallbacks': {
    message: ({ names }: Names) =>
      `named as fallbacks but not callable, so they never stand in: ${listNames(names)}`,
    fix: () =>
      'Set their prices and switch API use on for them in the panel, or choose other fallbacks under Routing.',
  },
  'models.no_active_language': {
    message: () => 'there is no active language model, so such calls without `model` are refused',
    fix: () => 'Choose an active language model in the panel.',
  },
  'models.no_active_vision': {
    message: () => 'there is no active vision model, so such calls without `model` are refused',
    fix: () => 'Choose an active vision model in the panel.',
  },
  'providers.ok': {
    message: (p: Count) => `${count(p.count, 'enabled provider')}, none without the key that it needs`,
  },
  'providers.without_key': {
    message: ({ names }: Names) => `enabled without the key that they need: ${listNames(names)}`,
    fix: () => 'Enter the key of each in the panel, or disable it.',
  },
  'outbound.ok': {
    message: ({ count: entries, loopback }: Count & { loopback: boolean }) =>
      `private addresses allowed by ${entries === 1 ? 'one entry' : `${entries} entries`}, loopback ${loopback ? 'allowed' : 'refused'}`,
  },
  'outbound.unreadable': {
    message: ({ reason }: Reason) => `an allowed address cannot be read and is left out: ${reason}`,
    fix: () => 'Correct or remove the entry in the settings of the panel.',
  },
  'outbound.broad': {
    message: ({ names }: Names) => `allowed addresses open far more than a network: ${listNames(names)}`,
    fix: () => 'Name the host and the port instead, such as 10.1.2.3:8000.',
  },
  'outbound.metadata': {
    message: () =>
      'UPSTREAM_ALLOW_METADATA lets allowed addresses reach the metadata service, which hands out credentials',
    fix: () => 'Remove UPSTREAM_ALLOW_METADATA unless you need it.',
  },
  'outbound.open_loopback': {
    message: ({ host }: { host: string }) =>
      `users may call every port of this machine, while the server is open at ${host}`,
    fix: () => 'Set UPSTREAM_ALLOW_LOOPBACK=false and allow single ports with UPSTREAM_ALLOW.',
  },
  'outbound.refused_provider': {
    message: ({ provider }: Provider) =>
      `the address of the provider ${provider} is private and may not be called`,
    fix: () => 'Give the provider another address: no entry alone allows this one.',
  },
  'outbound.refused_provider_entry': {
    message: ({ provider }: Provider & { entry: string }) =>
      `the address of the provider ${provider} is private and may not be called`,
    fix: ({ entry }: Provider & { entry: string }) =>
      `Add ${entry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`,
  },

  'failures.none': { message: () => 'no calls of the last day failed for a reason to be mended here' },
  'failures.upstream_auth_failed': {
    message: failed('the upstream refused our key'),
    fix: () => 'Enter the key of its provider again in the panel and test the connection.',
  },
  'failures.upstream_unreachable': {
    message: failed('the upstream could not be reached'),
    fix: () => 'Run `npm run cli -- doctor --network`, and check the address of its provider.',
  },
  'failures.upstream_timeout': {
    message: failed('the upstream did not answer in time'),
    fix: () => 'Test the model in the panel; ask its provider if it stays slow.',
  },
  'failures.upstream_bad_response': {
    message: failed('the upstream did not answer as an OpenAI-compatible API'),
    fix: () => 'Check the address of its provider: it usually ends in /v1.',
  },
  'failures.model_not_priced': {
    message: failed('the model has no price'),
    fix: () => 'Set the prices of the model in the panel.',
  },
  'failures.insufficient_quota': {
    message: failed('the balance did not suffice'),
    fix: () => 'Top up with `npm run cli -- user top-up <email> <amount>`.',
  },
  'failures.interrupted': {
    message: failed('the server stopped while calls were running'),
    fix: () => 'Stop it with SIGTERM and give it time to finish; look for a lack of memory if it was killed.',
  },
  'latency.ok': { message: () => 'no model answers slower than usual' },
  'latency.slow': {
    message: (p: { model: string; p50: number; usualP50: number; p95: number; usualP95: number }) =>
      `${p.model} is slow: half of its answers of the last day took ${p.p50} ms or more (before: ${p.usualP50} ms), one in twenty ${p.p95} ms (before: ${p.usualP95} ms)`,
    fix: () =>
      'Test the model in the panel: if the first byte comes late, the upstream is slow; otherwise look at the load of this machine.',
  },

  'network.no_keys': { message: () => 'the keys of providers cannot be read' },
  'network.none': { message: () => 'no provider to connect to' },
  'network.no_url': {
    message: ({ provider }: Provider) => `the address of ${provider} is not a valid URL`,
    fix: ({ provider }: Provider) => `Correct the address of ${provider} in the panel.`,
  },
  'network.not_callable': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} cannot be called. ${reason}`,
    fix: () => LOOK_AT_SETTINGS,
  },
  'network.no_credential': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} takes no call. ${reason}`,
    fix: () => LOOK_AT_SETTINGS,
  },
  'network.unreachable': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} cannot be reached. ${reason}`,
    fix: ({ provider }: Provider & Reason) =>
      `Check the address of ${provider} in the panel, and that this machine may connect to it.`,
  },
  'network.not_allowed': {
    message: ({ provider, reason }: Provider & Reason & { entry: string }) =>
      `${provider} cannot be reached. ${reason}`,
    fix: ({ entry }: Provider & Reason & { entry: string }) =>
      `Add ${entry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`,
  },
  'network.key_refused': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} refuses our key (HTTP ${status})`,
    fix: enterAgain,
  },
  'network.key_wanted': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} wants a key (HTTP ${status})`,
    fix: enterAgain,
  },
  'network.busy': {
    message: ({ provider, status }: Provider & { status: number }) => `${provider} answers HTTP ${status}`,
    fix: () => 'Try again later, and look at its status page.',
  },
  'network.no_list': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} answers, but lists no models (HTTP ${status})`,
  },
  'network.ok_key': { message: ({ provider }: Provider) => `${provider} answers and takes our key` },
  'network.ok': { message: ({ provider }: Provider) => `${provider} answers` },
} as const satisfies Record<string, { message: (p: never) => string; fix?: (p: never) => string }>;

export type FindingCode = keyof typeof FINDINGS;

type NoParams = { [name in never]: never };

/** What the sentences of a finding are made of. */
export type FindingParams<C extends FindingCode> =
  Parameters<(typeof FINDINGS)[C]['message']> extends [infer P] ? P : NoParams;

/** The sentences of every finding in another language. */
export type FindingTexts = {
  readonly [C in FindingCode]: {
    message: (p: FindingParams<C>) => string;
    fix?: (p: FindingParams<C>) => string;
  };
};
