import type { Sql } from '@aigc/db/sql-session';
import type { Settlement } from './call-books.ts';

/** A key that is used all the time has its last use written this often, and one more time when the calls stop. */
const WRITE_EVERY_MS = 10_000;

/** Last uses of keys, ISO 8601. */
export type LastUses = ReadonlyMap<number, string>;

/** In the order of ids, in which everybody locks keys. */
const USE_KEYS = {
  name: 'keys-used',
  text: `update aigcspace.platform_api_key k set last_used_at = t.at
    from (select l.id, t.at from unnest($1::int[], $2::timestamptz[]) as t(id, at)
      join aigcspace.platform_api_key l on l.id = t.id order by l.id for no key update of l) t
    where k.id = t.id and (k.last_used_at is null or k.last_used_at < t.at)`,
};

export async function writeLastUses(sql: Pick<Sql, 'query'>, uses: LastUses): Promise<void> {
  if (uses.size > 0) await sql.query(USE_KEYS, [[...uses.keys()], [...uses.values()]]);
}

/** When the keys of these calls were used last. */
export function lastUsesOf(settlements: readonly Settlement[]): Map<number, string> {
  const uses = new Map<number, string>();
  for (const { call } of settlements) {
    if (call.apiKeyId === null) continue;
    if ((uses.get(call.apiKeyId) ?? '') < call.createdAt) uses.set(call.apiKeyId, call.createdAt);
  }
  return uses;
}

/**
 * Which last uses are worth a write: a key's first one at once, those of a busy key from time to time. A row for every
 * key of every batch would cost more than the calls' own rows.
 */
export class KeyUses {
  readonly #writtenAtMs = new Map<number, number>();
  readonly #unwritten = new Map<number, string>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** What to write together with these calls, or without any. `all`: whatever has not been written. */
  due(settlements: readonly Settlement[], { all } = { all: false }): Map<number, string> {
    const uses = lastUsesOf(settlements);
    for (const [id, at] of this.#unwritten) if ((uses.get(id) ?? '') < at) uses.set(id, at);
    if (all) return uses;
    const before = this.#nowMs() - WRITE_EVERY_MS;
    for (const id of uses.keys()) {
      if ((this.#writtenAtMs.get(id) ?? Number.NEGATIVE_INFINITY) > before) uses.delete(id);
    }
    return uses;
  }

  /** These calls are entered, and these uses were written with them. */
  entered(settlements: readonly Settlement[], written: LastUses): void {
    for (const [id, at] of lastUsesOf(settlements)) {
      if ((this.#unwritten.get(id) ?? '') < at) this.#unwritten.set(id, at);
    }
    const now = this.#nowMs();
    for (const id of written.keys()) {
      this.#unwritten.delete(id);
      this.#writtenAtMs.set(id, now);
    }
  }

  /** Forgets keys whose next use is to be written at once. */
  prune(): void {
    const before = this.#nowMs() - WRITE_EVERY_MS;
    for (const [id, atMs] of this.#writtenAtMs) {
      if (atMs <= before && !this.#unwritten.has(id)) this.#writtenAtMs.delete(id);
    }
  }
}
