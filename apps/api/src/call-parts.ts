import type { CallBooks } from '@aigc/core/calls/call-books';
import { createDatabaseBooks } from '@aigc/core/calls/database-books';
import { createJournalBooks } from '@aigc/core/calls/journal-books';
import { Journal } from '@aigc/core/journal/journal';
import { createSnapshot } from '@aigc/core/snapshot/create-snapshot';
import type { Snapshot } from '@aigc/core/snapshot/snapshot';
import { openDeadlineConnection } from '@aigc/db/deadline-connection';
import type { Container } from './container.ts';
import { BodyLog } from './gateway/bodies/body-log.ts';
import { ClaimRegistry } from './gateway/idempotency/claim-registry.ts';
import { homeOf } from './home.ts';
import { provideRunningHolds } from './running-holds.ts';
import { journalDirectory } from './journal-directory.ts';

/** What only a process that serves calls has. */
export interface CallParts {
  /** Keys, models and policies as calls see them. */
  snapshot: Snapshot;
  /** Where calls are entered and billed. */
  books: CallBooks;
  /** Calls with an `Idempotency-Key`. */
  claims: ClaimRegistry;
  /** What calls asked and were answered, while it is kept. */
  bodies: BodyLog;
  /** Enters what is not entered yet, within a bound. */
  close(): Promise<void>;
}

/** Bodies of calls may be large; nobody waits for them. */
const BODIES_DEADLINE_MS = 10_000;
/** At the end of the process. */
const BODIES_CLOSE_MS = 3_000;

/** Opens memory and books of this process. What dead processes have left is recovered before. */
export async function openCallParts(container: Container): Promise<CallParts> {
  const { env, log, orm, secrets, instanceId, live, connectionString } = container;
  const snapshot = await createSnapshot({
    connectionString,
    hub: live,
    secrets,
    maxStaleMs: env.snapshotMaxStaleMs,
    onTrouble: (error) => log.warn({ err: error }, 'Keys and models could not be read again.'),
  });
  try {
    const books = await openBooks(container);
    provideRunningHolds(container, books);
    const claims = new ClaimRegistry({ em: () => orm.em.fork(), secrets, instanceId, log });
    const bodies = new BodyLog({
      snapshot,
      secrets,
      connection: openDeadlineConnection({
        connectionString,
        applicationName: 'aigc-space bodies',
        deadlineMs: BODIES_DEADLINE_MS,
      }),
      log,
    });
    return {
      snapshot,
      books,
      claims,
      bodies,
      async close() {
        await Promise.all([books.close(), bodies.close(BODIES_CLOSE_MS)]);
        await snapshot.close();
      },
    };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

async function openBooks(container: Container): Promise<CallBooks> {
  const { env, log, instanceId, live, connectionString } = container;
  if (env.settle === 'database') {
    return createDatabaseBooks({ connectionString, instanceId, home: homeOf(env.dataDir), log });
  }
  const journal = await Journal.open({
    directory: journalDirectory(env.dataDir),
    id: instanceId,
    onFatal(error) {
      log.fatal({ err: error }, 'The journal could not be synced to disk.');
      // Nobody catches it, so the process ends; the next one reads what is on disk.
      queueMicrotask(() => {
        throw error;
      });
    },
  });
  return createJournalBooks({ connectionString, journal, live, log });
}
