import { CLI_ACTOR } from '@aigc/core/actor';
import { CALLS_CHANNEL, readAnnouncements } from '@aigc/core/calls/call-announcement';
import type { CallLogQuery } from '@aigc/core/logs/call-log-filter';
import { listCallLogs } from '@aigc/core/logs/list-call-logs';
import { readCallLogs } from '@aigc/core/logs/read-call-logs';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { listen } from '@aigc/db/listen';
import type { CallLog } from '@aigc/shared/schemas/logs';
import type { CliContext } from './cli-context.ts';
import type { Installation } from './installation.ts';

export interface FollowOptions {
  filter: CallLogQuery;
  /** The calls to begin with. */
  readFirst: () => Promise<CallLog[]>;
  onFirst: (calls: CallLog[]) => void;
  /** Calls that ended since, each once. */
  onCalls: (calls: CallLog[]) => void;
}

/** How many calls are remembered as told, and how many are read again after the connection was lost. */
const MEMORY = 10_000;
const MAX_MISSED = 1_000;

/** Tells calls as they are settled, heard by NOTIFY, until the command is interrupted. */
export async function followCalls(
  { terminal, signal }: CliContext,
  { connectionString, em }: Pick<Installation, 'connectionString' | 'em'>,
  options: FollowOptions,
): Promise<void> {
  const { filter } = options;
  const told = new Set<string>();
  const announced = new Set<string>();
  let hasGap = false;
  let wake: () => void = () => undefined;
  const hub = await listen({
    connectionString,
    onConnectionLost: () =>
      terminal.note('The connection to the database was lost; waiting for it to return.'),
  });

  function tellNew(calls: CallLog[]): void {
    const fresh = calls.filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    // A set keeps its order, so the oldest are forgotten first.
    for (const id of told) {
      if (told.size <= MEMORY) break;
      told.delete(id);
    }
    if (fresh.length > 0) options.onCalls(fresh);
  }

  async function readNews(): Promise<void> {
    if (hasGap) {
      hasGap = false;
      const { items } = await listCallLogs({ em: em() }, CLI_ACTOR, { ...filter, limit: MAX_MISSED });
      tellNew(items.toReversed());
    }
    const requestIds = [...announced];
    if (requestIds.length === 0) return;
    // Only ids: a call is told by its log row, which says more than the announcement.
    tellNew(await readCallLogs({ em: em() }, CLI_ACTOR, { requestIds, filter }));
    for (const id of requestIds) announced.delete(id);
  }

  try {
    hub.subscribe(
      CALLS_CHANNEL,
      (payload) => {
        const announcements = readAnnouncements(payload);
        if (announcements === null) return;
        if ('calls' in announcements) for (const call of announcements.calls) announced.add(call.request_id);
        // More calls at once than can be named: they are the newest of the log.
        else hasGap = true;
        wake();
      },
      () => {
        terminal.note('The connection is back.');
        hasGap = true;
        wake();
      },
    );
    await hub.untilHeard();
    const first = await options.readFirst();
    for (const { id } of first) told.add(id);
    options.onFirst(first);
    signal.addEventListener('abort', () => wake(), { once: true });
    while (!signal.aborted) {
      if (announced.size === 0 && !hasGap) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
      }
      if (!signal.aborted) await readOrWait(readNews);
    }
  } finally {
    await hub.close();
  }
}

const RETRY_MS = 500;

/** A database that is away comes back, or the command is interrupted: what was announced is kept. */
async function readOrWait(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
