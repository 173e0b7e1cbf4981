import type { Secrets } from '../secrets/secrets.ts';
import { bodyLoggingOf, type BodyLogging } from '../settings/settings.ts';
import type { Changes } from './changes.ts';
import { Interned } from './interned.ts';
import { KeyMemory } from './key-memory.ts';
import { ModelMemory } from './model-memory.ts';
import { toOwnKeys } from './own-keys.ts';
import type { RowSet, SettingRow, UserRow } from './rows.ts';
import type { ModelEntry, UserEntry } from './snapshot.ts';

/** All that the snapshot knows, as of one moment of the database. */
export class Memory {
  readonly users = new Map<string, UserEntry>();
  readonly keys: KeyMemory;
  readonly models: ModelMemory;
  /** Null: off. */
  bodyLogging: BodyLogging | null = null;
  readonly #interned = new Interned();
  readonly #activeIds = new Map<string, number | null>();

  constructor(secrets: Secrets) {
    this.keys = new KeyMemory(secrets, this.#interned);
    this.models = new ModelMemory(this.#interned);
  }

  activeModel(role: 'language' | 'vision'): ModelEntry | null {
    const id = this.#activeIds.get(`active_${role}_model_id`) ?? null;
    return id === null ? null : this.models.findCloud(id);
  }

  /** Adds rows; what they belong to comes with them or was there before. */
  put(rows: Partial<RowSet>): void {
    for (const row of rows.settings ?? []) this.#putSetting(row);
    for (const row of rows.users ?? []) this.#putUser(row);
    for (const row of rows.providers ?? []) this.models.putProvider(row);
    for (const row of rows.models ?? []) this.models.put(row);
    for (const row of rows.keys ?? []) {
      const owner = this.users.get(row.user_id);
      if (owner === undefined) throw new Error(`key ${row.id} was read without its owner`);
      this.keys.put(row, owner);
    }
  }

  /** Applies what was read of the changes; what was not found has gone. */
  apply(changes: Changes, rows: RowSet): void {
    const found = {
      users: new Set(rows.users.map(({ id }) => id)),
      providers: new Set(rows.providers.map(({ id }) => id)),
      models: new Set(rows.models.map(({ id }) => id)),
      keys: new Set(rows.keys.map(({ id }) => id)),
      settings: new Set(rows.settings.map(({ key }) => key)),
    };
    for (const key of changes.settings) if (!found.settings.has(key)) this.#forgetSetting(key);
    for (const id of changes.keys) if (!found.keys.has(id)) this.keys.delete(id);
    if (changes.organisations.size > 0) this.keys.deleteOfOrganisations(changes.organisations);
    // All before any is written: two may have swapped their titles.
    for (const id of changes.models) this.models.delete(id);
    for (const id of changes.providers) if (!found.providers.has(id)) this.models.deleteProvider(id);
    for (const id of changes.users) if (!found.users.has(id)) this.users.delete(id);
    this.put(rows);
  }

  #putUser(row: UserRow): void {
    const { id, status } = row;
    const ownKeys = toOwnKeys(id, row.own_keys);
    this.users.set(id, Object.freeze({ id, status, limits: this.#interned.limits(row), ownKeys }));
  }

  #putSetting({ key, value }: SettingRow): void {
    if (key === 'body_logging') this.bodyLogging = bodyLoggingOf(value);
    else this.#activeIds.set(key, typeof value === 'number' ? value : null);
  }

  #forgetSetting(key: string): void {
    if (key === 'body_logging') this.bodyLogging = null;
    else this.#activeIds.delete(key);
  }
}
