import { hash } from 'node:crypto';
import { toUnits } from '@aigc/shared/money-units';
import type { Secrets } from '../secrets/secrets.ts';
import type { Interned } from './interned.ts';
import type { KeyRow } from './rows.ts';
import type { KeyEntry, UserEntry } from './snapshot.ts';

/** One text that is a key: the current one, or the one before a rotation. */
interface Credential {
  /** Hex, as the database has it. */
  hash: string;
  /** Null: the key is gone, or is another by now. */
  entry: KeyEntry | null;
}

interface StoredKey {
  current: Credential;
  /** Null: the key was never rotated. */
  previous: Credential | null;
}

/** A power of two. */
const RECENT_PLACES = 1 << 16;

/** A key that was found lately. */
interface Recent {
  /** SHA-256 of the whole key, its bytes as Latin-1 text. */
  digest: string;
  credential: Credential;
}

/** Every model key, by the hashes that the database has. */
export class KeyMemory {
  readonly #secrets: Secrets;
  readonly #interned: Interned;
  readonly #byId = new Map<number, StoredKey>();
  readonly #byHash = new Map<string, Credential>();
  /**
   * By SHA-256 of the whole key: the peppered hash of a key is computed once. Keys are random, so their plain
   * hash in memory tells nobody anything. The digest's first bytes name its place; of two keys that share one, the
   * last found is there. (A map by digest cost three times as much: V8 first looks each new string up in the table
   * of all strings that are keys.)
   */
  readonly #recent = Array.from<Recent | undefined>({ length: RECENT_PLACES });

  constructor(secrets: Secrets, interned: Interned) {
    this.#secrets = secrets;
    this.#interned = interned;
  }

  find(key: string): KeyEntry | null {
    const digest = hash('sha256', key, 'latin1');
    const place = digest.charCodeAt(0) | (digest.charCodeAt(1) << 8);
    const recent = this.#recent[place];
    if (recent !== undefined && recent.digest === digest && recent.credential.entry !== null) {
      return recent.credential.entry;
    }
    for (const { hash: stored } of this.#secrets.keyHashes(key)) {
      const credential = this.#byHash.get(stored);
      if (credential === undefined) continue;
      this.#recent[place] = { digest, credential };
      return credential.entry;
    }
    return null;
  }

  /** Writes a key. Its owner is known by now. */
  put(row: KeyRow, owner: UserEntry): void {
    const entry = this.#toEntry(row, owner);
    const before = this.#byId.get(row.id);
    const current = this.#keep(row.api_key, entry, before);
    let previous: Credential | null = null;
    if (row.previous_api_key !== null) {
      const until = row.previous_valid_until_ms ?? 0;
      const expiresAtMs = entry.expiresAtMs === null ? until : Math.min(entry.expiresAtMs, until);
      previous = this.#keep(row.previous_api_key, Object.freeze({ ...entry, expiresAtMs }), before);
    }
    const after = { current, previous };
    if (before !== undefined) this.#forget(before, after);
    this.#byId.set(row.id, after);
  }

  delete(id: number): void {
    const stored = this.#byId.get(id);
    if (stored === undefined) return;
    this.#forget(stored, null);
    this.#byId.delete(id);
  }

  deleteOfOrganisations(organisationIds: ReadonlySet<string>): void {
    for (const [id, { current }] of this.#byId) {
      if (current.entry !== null && organisationIds.has(current.entry.organisationId)) this.delete(id);
    }
  }

  /** The same credential for the same text, so that all who remember it see the new entry. */
  #keep(stored: string, entry: KeyEntry, before: StoredKey | undefined): Credential {
    const known = [before?.current, before?.previous].find((credential) => credential?.hash === stored);
    const credential = known ?? { hash: stored, entry };
    credential.entry = entry;
    this.#byHash.set(stored, credential);
    return credential;
  }

  #forget(before: StoredKey, after: StoredKey | null): void {
    for (const credential of [before.current, before.previous]) {
      if (credential === null || credential === after?.current || credential === after?.previous) continue;
      credential.entry = null;
      if (this.#byHash.get(credential.hash) === credential) this.#byHash.delete(credential.hash);
    }
  }

  #toEntry(row: KeyRow, owner: UserEntry): KeyEntry {
    return Object.freeze({
      id: row.id,
      status: row.status,
      expiresAtMs: row.expires_at_ms,
      projectId: row.project_id,
      organisationId: row.organisation_id,
      accountId: row.account_id,
      owner,
      limits: this.#interned.limits(row),
      budget:
        row.budget === null || row.budget_period === null
          ? null
          : Object.freeze({ keyId: row.id, limit: toUnits(row.budget), period: row.budget_period }),
      allowedModels: this.#interned.titles(row.allowed_models),
      allowedAddresses: this.#interned.addresses(row.allowed_ips),
      strictParameters: row.strict_parameters,
    });
  }
}
