import type { RunStatement } from '@aigc/db/deadline-connection';

/** What changed since a moment: what to read again. */
export interface Changes {
  users: Set<string>;
  providers: Set<number>;
  models: Set<number>;
  keys: Set<number>;
  /** Whose projects or account changed. */
  organisations: Set<string>;
  settings: Set<string>;
}

/** Where a reader stands in the feed. */
export interface FeedPosition {
  /** The transactions whose changes the reader has seen, as PostgreSQL writes a snapshot. */
  seen: string;
  /** When the server process started: another server may count transactions anew. */
  serverStarted: string;
  /** By the database's clock, which prunes the feed. */
  readAtMs: number;
}

/** Null changes: the feed cannot say; everything must be read again. */
export interface FeedRead {
  position: FeedPosition;
  changes: Changes | null;
  isEmpty: boolean;
}

/** More than this at once is cheaper to read as a whole. */
const MAX_CHANGES = 20_000;
/** The feed is kept for twice as long: see `pruneChanges`. */
const MAX_ABSENCE_MS = 30 * 60_000;

interface FeedRow {
  seen: string;
  server_started: string;
  read_at_ms: number;
  changes: [kind: string, ref: string][] | null;
}

/*
 * Transactions commit in another order than they get their numbers, so "above the last number" would miss some.
 * PostgreSQL's own snapshots say exactly which transactions were seen; no lock is needed for that.
 */
const READ_FEED = `
  select pg_current_snapshot()::text as seen, pg_postmaster_start_time()::text as server_started,
    (extract(epoch from clock_timestamp()) * 1000)::float8 as read_at_ms,
    (select json_agg(json_build_array(c.kind, c.ref)) from (
       select kind, ref from aigcspace.changes
       where xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(xid, $1::pg_snapshot)
       limit ${MAX_CHANGES + 1}) c) as changes`;

/** Reads where the feed stands now. Inside a transaction that sees one moment: that moment. */
export async function readPosition(run: RunStatement): Promise<FeedPosition> {
  const [row] = await run<FeedRow>({
    text: `select pg_current_snapshot()::text as seen, pg_postmaster_start_time()::text as server_started,
             (extract(epoch from clock_timestamp()) * 1000)::float8 as read_at_ms`,
  });
  if (row === undefined) throw new Error('the database did not say where its changes stand');
  return toPosition(row);
}

/** Reads what changed after a position. */
export async function readFeed(run: RunStatement, after: FeedPosition): Promise<FeedRead> {
  const [row] = await run<FeedRow>({ name: 'read_changes', text: READ_FEED, values: [after.seen] });
  if (row === undefined) throw new Error('the database did not say what changed');
  const position = toPosition(row);
  const found = row.changes ?? [];
  const isLost =
    position.serverStarted !== after.serverStarted ||
    Math.abs(position.readAtMs - after.readAtMs) > MAX_ABSENCE_MS ||
    found.length > MAX_CHANGES;
  const changes = isLost ? null : collect(found);
  return { position, changes, isEmpty: changes !== null && found.length === 0 };
}

/** Removes what every reader has seen or will not ask for any more. */
export async function pruneChanges(run: RunStatement): Promise<void> {
  await run({ text: "delete from aigcspace.changes where at < now() - interval '1 hour'" });
}

function toPosition(row: FeedRow): FeedPosition {
  return { seen: row.seen, serverStarted: row.server_started, readAtMs: row.read_at_ms };
}

/** Null: one of them says that everything changed, or is of a later version of the product. */
function collect(found: readonly [kind: string, ref: string][]): Changes | null {
  const changes: Changes = {
    users: new Set(),
    providers: new Set(),
    models: new Set(),
    keys: new Set(),
    organisations: new Set(),
    settings: new Set(),
  };
  for (const [kind, ref] of found) {
    switch (kind) {
      case 'user':
        changes.users.add(ref);
        break;
      case 'provider':
        changes.providers.add(Number(ref));
        break;
      case 'model':
        changes.models.add(Number(ref));
        break;
      case 'key':
        changes.keys.add(Number(ref));
        break;
      case 'organisation':
        changes.organisations.add(ref);
        break;
      case 'setting':
        changes.settings.add(ref);
        break;
      default:
        return null;
    }
  }
  return changes;
}
