import type { Connection } from './connection.ts';

/**
 * Connections that wait for a request, by origin. The one that was used last is used first, so that the
 * others grow old and are closed.
 */
export class IdleConnections {
  readonly #byOrigin = new Map<string, Connection[]>();

  take(origin: string): Connection | null {
    const idle = this.#byOrigin.get(origin);
    if (idle === undefined) return null;
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.isUsable(performance.now())) return connection;
      connection.destroy();
    }
    return null;
  }

  put(connection: Connection): void {
    const idle = this.#byOrigin.get(connection.origin);
    if (idle === undefined) this.#byOrigin.set(connection.origin, [connection]);
    else idle.push(connection);
  }

  /** Forgets a connection that broke. */
  remove(connection: Connection): void {
    const idle = this.#byOrigin.get(connection.origin);
    const index = idle?.indexOf(connection) ?? -1;
    if (index >= 0) idle?.splice(index, 1);
  }

  /** Closes what has waited too long. Returns whether any still waits. */
  closeExpired(): boolean {
    const now = performance.now();
    for (const [origin, idle] of this.#byOrigin) {
      const kept = idle.filter((connection) => connection.isUsable(now));
      if (kept.length === idle.length && kept.length > 0) continue;
      for (const connection of idle) if (!connection.isUsable(now)) connection.destroy();
      if (kept.length === 0) this.#byOrigin.delete(origin);
      else this.#byOrigin.set(origin, kept);
    }
    return this.#byOrigin.size > 0;
  }

  closeAll(): void {
    const all = [...this.#byOrigin.values()].flat();
    this.#byOrigin.clear();
    for (const connection of all) connection.destroy();
  }
}
