import { randomUUID } from 'node:crypto';
import type { NotificationHub } from '@aigc/db/listen';
import type { Sql, SqlSession } from '@aigc/db/sql-session';
import { z } from 'zod';

/** On which processes ask each other for leases, and answer. */
const LEASES_CHANNEL = 'aigc_leases';

/** How long siblings may take to give back; then the money counts as used. */
const PATIENCE_MS = 1_000;

const messageSchema = z.union([
  z.object({ recall: z.string(), subject: z.string(), from: z.string(), of: z.array(z.string()) }),
  z.object({ returned: z.string(), from: z.string() }),
]);
type Message = z.infer<typeof messageSchema>;

const NOTIFY = { name: 'lease-notify', text: 'select pg_notify($1, $2)' };

export interface LeaseRecallOptions {
  journalId: string;
  live: NotificationHub;
  session: SqlSession;
  /** Gives back what lies idle of a subject; `answer` has to run in the same transaction. */
  giveBack: (subject: string, answer: (sql: Sql) => Promise<void>) => Promise<void>;
  onError: (error: unknown) => void;
}

export interface LeaseRecall {
  /** Asks these journals' processes to give back what they do not use of a subject; resolves when they have, or time is up. */
  recall(subject: string, siblings: readonly string[]): Promise<void>;
  close(): void;
}

/** Asks and answers over NOTIFY: an answer is heard once what it speaks of is committed. */
export function openLeaseRecall(options: LeaseRecallOptions): LeaseRecall {
  const { journalId, live, session } = options;
  const asked = new Map<string, (from: string) => void>();

  const send = (sql: Pick<Sql, 'query'>, message: Message): Promise<unknown> =>
    sql.query(NOTIFY, [LEASES_CHANNEL, JSON.stringify(message)]);

  async function answer(nonce: string, subject: string): Promise<void> {
    try {
      await options.giveBack(subject, async (sql) => {
        await send(sql, { returned: nonce, from: journalId });
      });
    } catch (error) {
      // Who asks waits no longer than its bound; what is idle here is given back later.
      options.onError(error);
    }
  }

  const unsubscribe = live.subscribe(LEASES_CHANNEL, (payload) => {
    const message = readMessage(payload);
    if (message === null || message.from === journalId) return;
    if ('returned' in message) asked.get(message.returned)?.(message.from);
    else if (message.of.includes(journalId)) void answer(message.recall, message.subject);
  });

  return {
    async recall(subject, siblings) {
      const nonce = randomUUID();
      const awaited = new Set(siblings);
      let timer: NodeJS.Timeout | undefined;
      const answered = new Promise<void>((resolve) => {
        asked.set(nonce, (from) => {
          awaited.delete(from);
          if (awaited.size === 0) resolve();
        });
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      try {
        await send(session, { recall: nonce, subject, from: journalId, of: [...siblings] });
        await answered;
      } finally {
        clearTimeout(timer);
        asked.delete(nonce);
      }
    },
    close: unsubscribe,
  };
}

/** Null: another version of the product, on the same database, speaks otherwise. */
function readMessage(payload: string): Message | null {
  try {
    return messageSchema.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
