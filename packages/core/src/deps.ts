import type { EntityManager } from '@mikro-orm/postgresql';
import type { Secrets } from './secrets/secrets.ts';

/** What the verbs of the domain work with. `em` is a fork of its own per request. */
export interface Deps {
  em: EntityManager;
  secrets: Secrets;
}
