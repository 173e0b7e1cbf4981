import type { NotificationHub } from '@aigc/db/listen';

/** NOTIFY channel on which triggers name the user whose role, status, session or management key has changed. */
const ACCESS_CHANNEL = 'aigc_access';

/** Ends what was opened with an access that its user may not have any more. */
export class AccessChanges {
  readonly #watches = new Map<string, Set<() => void>>();
  #count = 0;

  constructor(live: Pick<NotificationHub, 'subscribe'>) {
    live.subscribe(
      ACCESS_CHANNEL,
      (userId) => this.#tell([userId]),
      // What changed while the connection was lost is not known.
      () => this.#tell([...this.#watches.keys()]),
    );
  }

  /** Names this moment for `watch`. To be taken before the access is read, so that no change falls in between. */
  now(): number {
    return this.#count;
  }

  /** Calls `end` when the user's access changes or may have since the moment. Returns what stops watching. */
  watch(userId: string, since: number, end: () => void): () => void {
    const watches = this.#watches.get(userId) ?? new Set();
    this.#watches.set(userId, watches.add(end));
    // Whose access it was is not remembered: whoever it was not asks again.
    if (this.#count !== since) end();
    return () => {
      watches.delete(end);
      if (watches.size === 0 && this.#watches.get(userId) === watches) this.#watches.delete(userId);
    };
  }

  #tell(userIds: string[]): void {
    this.#count += 1;
    for (const userId of userIds) for (const end of this.#watches.get(userId) ?? []) end();
  }
}
