import type { EntityManager } from '@mikro-orm/postgresql';
import type { Deps } from '@aigc/core/deps';
import type { Orm } from '@aigc/db/orm';
import type { Env } from '../env.ts';
import type { OutboundPolicy } from '../outbound/outbound-policy.ts';

/** What can be looked at without the database. */
export interface MachineContext {
  env: Env;
  /** Where the server of this installation says that it answers; null: none runs. */
  serverAddress: string | null;
}

/** What the checks of the database work with. */
export interface DatabaseContext extends MachineContext {
  orm: Orm;
  em(): EntityManager;
}

/** What the checks of what the database holds work with: its tables are this version's. */
export interface ContentContext extends DatabaseContext {
  /** Null: the key-encryption keys do not fit, which a check of their own tells. */
  deps: Deps | null;
  /** The rules for upstream calls as the server applies them. */
  policy: OutboundPolicy;
  now: Date;
}
