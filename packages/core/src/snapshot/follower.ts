import { openDeadlineConnection, type RunStatement } from '@aigc/db/deadline-connection';
import type { NotificationHub } from '@aigc/db/listen';
import type { Secrets } from '../secrets/secrets.ts';
import { pruneChanges, readFeed, readPosition, type FeedPosition } from './changes.ts';
import { Memory } from './memory.ts';
import { readAll, readChanged } from './read-rows.ts';
import { Refresher } from './refresher.ts';

/** NOTIFY channel that tells that something has changed; what, stands in the table `changes`. */
const CHANGES_CHANNEL = 'aigc_changes';

/** A notification may be lost, and a half-open connection brings none. */
const CHECK_EVERY_MS = 500;
/** PostgreSQL that answers later than this counts as silent. */
const DEADLINE_MS = 3_000;
const MIN_GAP_MS = 20;
const PRUNE_EVERY_MS = 10 * 60_000;

export interface FollowOptions {
  connectionString: string;
  hub: NotificationHub;
  secrets: Secrets;
  /** Told when the database cannot be read, once until it can be again. */
  onTrouble: (error: unknown) => void;
}

/** Memory that follows the database. */
export interface Follower {
  memory(): Memory;
  ageMs(): number;
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Reads everything once, then what changes. @throws the database's error if the first reading fails */
export async function followChanges(options: FollowOptions): Promise<Follower> {
  const connection = openDeadlineConnection({
    connectionString: options.connectionString,
    applicationName: 'aigc-space-snapshot',
    deadlineMs: DEADLINE_MS,
  });
  let memory = new Memory(options.secrets);
  let position: FeedPosition | null = null;
  let currentAtMs = -Infinity;
  let prunedAtMs = performance.now() - Math.random() * PRUNE_EVERY_MS;
  let isTroubled = false;
  let isClosed = false;

  async function load(run: RunStatement): Promise<void> {
    const next = new Memory(options.secrets);
    const nextPosition = await atOneMoment(run, async () => {
      const read = await readPosition(run);
      await readAll(run, (rows) => next.put(rows));
      return read;
    });
    memory = next;
    position = nextPosition;
  }

  async function follow(run: RunStatement, from: FeedPosition): Promise<void> {
    const glance = await readFeed(run, from);
    if (glance.isEmpty) {
      position = glance.position;
      return;
    }
    if (glance.changes === null) return load(run);
    await atOneMoment(run, async () => {
      const read = await readFeed(run, from);
      // Nothing between these may fail, or memory would be half old.
      if (read.changes !== null) memory.apply(read.changes, await readChanged(run, read.changes));
      position = read.changes === null ? null : read.position;
    });
    if (position === null) await load(run);
  }

  async function bringUpToDate(): Promise<void> {
    const startedAtMs = performance.now();
    try {
      await connection.use(async (run) => {
        await (position === null ? load(run) : follow(run, position));
        currentAtMs = startedAtMs;
        if (startedAtMs - prunedAtMs < PRUNE_EVERY_MS) return;
        prunedAtMs = startedAtMs;
        await pruneChanges(run);
      });
      isTroubled = false;
    } catch (error) {
      if (!isTroubled && !isClosed) options.onTrouble(error);
      isTroubled = true;
      throw error;
    }
  }

  const refresher = new Refresher(bringUpToDate, MIN_GAP_MS);
  /** For nobody who waits: trouble is told where it occurs. */
  const refreshUnasked = (): void => void refresher.refresh().catch(() => {});

  try {
    await refresher.refresh();
  } catch (error) {
    await connection.close();
    throw error;
  }
  const leave = options.hub.subscribe(CHANGES_CHANNEL, refreshUnasked, refreshUnasked);
  const timer = setInterval(() => {
    if (!refresher.isBusy) refreshUnasked();
  }, CHECK_EVERY_MS);
  timer.unref();

  return {
    memory: () => memory,
    ageMs: () => performance.now() - currentAtMs,
    refresh: () => refresher.refresh(),
    async close() {
      isClosed = true;
      clearInterval(timer);
      leave();
      await connection.close();
    },
  };
}

/** A transaction whose statements all see the moment of its first. */
async function atOneMoment<T>(run: RunStatement, work: () => Promise<T>): Promise<T> {
  await run({ text: 'begin isolation level repeatable read read only' });
  const result = await work();
  await run({ text: 'commit' });
  return result;
}
