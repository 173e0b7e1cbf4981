import { count, listNames, seconds, type Names, type Path, type Count, type Reason } from './words.ts';

const GB = 1e9;
const DISK_FIX = 'Free some space, or move DATA_DIR to a larger disk while the server is stopped.';
const freeSpace = ({ freeBytes, path }: { freeBytes: number } & Path): string =>
  `${(freeBytes / GB).toFixed(1)} GB free for ${path}`;

/** The machine, its environment, and the processes that serve. */
export const MACHINE_FINDINGS = {
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
} as const;
