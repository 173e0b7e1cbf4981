import { hash } from 'node:crypto';
import type { NotificationHub } from '@aigc/db/listen';
import { AppError } from '@aigc/shared/errors';
import type { Secrets } from '../secrets/secrets.ts';
import { followChanges } from './follower.ts';
import { KnownAbsences } from './known-absences.ts';
import type { Memory } from './memory.ts';
import { openOwnKey } from './own-keys.ts';
import type { Snapshot } from './snapshot.ts';

export interface CreateSnapshotOptions {
  connectionString: string;
  hub: NotificationHub;
  secrets: Secrets;
  /** Beyond this age nothing is answered any more. */
  maxStaleMs: number;
  /** Told when the database cannot be read, once until it can be again. */
  onTrouble: (error: unknown) => void;
}

/** As long as the database's columns allow: longer titles exist nowhere. */
const MAX_TITLE_LENGTH = 255;
const ABSENCE = { forMs: 500, max: 10_000 };
const RETRY_AFTER_SECONDS = 5;
const NONE: readonly never[] = [];

/** Reads everything and follows what changes. Resolves when it can answer. */
export async function createSnapshot(options: CreateSnapshotOptions): Promise<Snapshot> {
  const { secrets, maxStaleMs } = options;
  const follower = await followChanges(options);
  const absences = new KnownAbsences(ABSENCE);

  /** Memory, if it may still be believed. */
  function memory(): Memory {
    if (follower.ageMs() <= maxStaleMs) return follower.memory();
    throw unavailable();
  }

  /**
   * Asks memory, and if it does not know, brings it up to date once and asks again. All who wait share one look at
   * the database; so long as that cannot be had, nothing counts as unknown.
   */
  function find<T>(name: string, look: (memory: Memory) => T | null): T | null | Promise<T | null> {
    const found = look(memory());
    if (found !== null || absences.has(name)) return found;
    return findAfterRefresh(name, look);
  }

  async function findAfterRefresh<T>(name: string, look: (memory: Memory) => T | null): Promise<T | null> {
    try {
      await follower.refresh();
    } catch (error) {
      throw unavailable(error);
    }
    const found = look(memory());
    if (found === null) absences.add(name);
    return found;
  }

  return {
    findKey(key) {
      const found = memory().keys.find(key);
      return found ?? find(`key ${hash('sha256', key)}`, ({ keys }) => keys.find(key));
    },
    findModel(title, userId) {
      const found = memory().models.find(title, userId);
      if (found !== null || title.length > MAX_TITLE_LENGTH) return found;
      return find(`model ${userId} ${title}`, ({ models }) => models.find(title, userId));
    },
    activeModel: (role) => memory().activeModel(role),
    callableModels: (userId) => memory().models.callable(userId),
    findUser: (userId) => find(`user ${userId}`, ({ users }) => users.get(userId) ?? null),
    fallbacksOf: (model) => (model.fallbackIds.length === 0 ? NONE : memory().models.fallbacksOf(model)),
    upstreamKey: (upstream) => memory().models.upstreamKey(upstream, secrets),
    ownKey: (key) => openOwnKey(key, secrets),
    bodyLogging: () => follower.memory().bodyLogging,
    ageMs: () => follower.ageMs(),
    refresh: () => follower.refresh(),
    close: () => follower.close(),
  };
}

function unavailable(cause?: unknown): AppError {
  return new AppError('service_unavailable', 'The platform cannot reach its database. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}
