import { hash } from 'node:crypto';
import { toUnits } from '@aigc/shared/money-units';
import type { Secrets } from '../secrets/secrets.ts';
import type { Interned } from './interned.ts';
import type { KeyRow } from './rows.ts';
import type { KeyEntry, UserEntry } from './snapshot.ts';

/** One text that is a key: the current one, or the one before a rotation. */
interface Credential {
  /** Null: the key is gone, or is another by now. */
  entry: KeyEntry | null;
}

interface StoredKey {
  entry: KeyEntry;
  /** By the hash that is stored for it. */
  credentials: Map<string, Credential>;
}

/** Keys seen lately that are found by one fast hash. */
const MAX_RECENT = 100_000;

/** Every model key, by the hashes that the database has. */
export class KeyMemory {
  readonly #secrets: Secrets;
  readonly #interned: Interned;
  readonly #byId = new Map<number, StoredKey>();
  readonly #byHash = new Map<string, Credential>();
  /**
   * By SHA-256 of the whole key: the peppered hash of a key is computed once. Keys are random, so their plain
   * hash in memory tells nobody anything.
   */
  readonly #recent = new Map<string, Credential>();

  constructor(secrets: Secrets, interned: Interned) {
    this.#secrets = secrets;
    this.#interned = interned;
  }

  find(key: string): KeyEntry | null {
    const digest = hash('sha256', key, 'latin1');
    const recent = this.#recent.get(digest);
    if (recent !== undefined) {
      if (recent.entry !== null) return recent.entry;
      this.#recent.delete(digest);
    }
    for (const { hash: stored } of this.#secrets.keyHashes(key)) {
      const credential = this.#byHash.get(stored);
      if (credential === undefined) continue;
      this.#remember(digest, credential);
      return credential.entry;
    }
    return null;
  }

  /** Writes a key. Its owner is known by now. */
  put(row: KeyRow, owner: UserEntry): void {
    const entry = this.#toEntry(row, owner);
    const before = this.#byId.get(row.id)?.credentials;
    const credentials = new Map<string, Credential>();
    this.#keep(credentials, { stored: row.api_key, entry, before });
    if (row.previous_api_key !== null) {
      const until = row.previous_valid_until_ms ?? 0;
      const expiresAtMs = entry.expiresAtMs === null ? until : Math.min(entry.expiresAtMs, until);
      const previous = Object.freeze({ ...entry, expiresAtMs });
      this.#keep(credentials, { stored: row.previous_api_key, entry: previous, before });
    }
    this.#forget(before, credentials);
    this.#byId.set(row.id, { entry, credentials });
  }

  delete(id: number): void {
    const stored = this.#byId.get(id);
    if (stored === undefined) return;
    this.#forget(stored.credentials, new Map());
    this.#byId.delete(id);
  }

  deleteOfOrganisations(organisationIds: ReadonlySet<string>): void {
    for (const [id, { entry }] of this.#byId) if (organisationIds.has(entry.organisationId)) this.delete(id);
  }

  /** Every key, for comparisons. */
  entries(): Iterable<[hash: string, KeyEntry | null]> {
    return [...this.#byHash].map(([stored, { entry }]) => [stored, entry]);
  }

  #keep(
    credentials: Map<string, Credential>,
    {
      stored,
      entry,
      before,
    }: { stored: string; entry: KeyEntry; before: Map<string, Credential> | undefined },
  ): void {
    const credential = before?.get(stored) ?? { entry };
    credential.entry = entry;
    credentials.set(stored, credential);
    this.#byHash.set(stored, credential);
  }

  #forget(before: Map<string, Credential> | undefined, kept: Map<string, Credential>): void {
    for (const [stored, credential] of before ?? []) {
      if (kept.has(stored)) continue;
      credential.entry = null;
      if (this.#byHash.get(stored) === credential) this.#byHash.delete(stored);
    }
  }

  #remember(digest: string, credential: Credential): void {
    if (this.#recent.size >= MAX_RECENT) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    this.#recent.set(digest, credential);
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
    });
  }
}
