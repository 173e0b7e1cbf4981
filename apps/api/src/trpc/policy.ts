import type { OpenApiMeta } from 'trpc-to-openapi';
import type { z } from 'zod';

/**
 * Whose data a procedure touches. The verb in core enforces it; the word here says which rule the two-tenant
 * test holds it to.
 */
export const POLICIES = {
  /** Nothing of anybody's, or what the caller's own request proves. */
  anyone: 'public',
  /** The caller's own user and sessions. */
  own_user: 'user',
  own_local_models: 'user',
  own_keys: 'user',
  /** The caller's own keys for providers. */
  own_provider_keys: 'user',
  /** The caller's own calls; an administrator may ask for everybody's. */
  own_calls: 'user',
  /** The money of the caller's organisation. */
  own_organisation: 'user',
  /** The plaza: cloud models for everybody, local ones for their owner. */
  visible_models: 'user',
  /** Everything on the platform. */
  platform: 'admin',
} as const satisfies Record<string, Tier>;

export type Tier = 'public' | 'user' | 'admin';
export type Policy = keyof typeof POLICIES;
export type PolicyOf<T extends Tier> = {
  [P in Policy]: (typeof POLICIES)[P] extends T ? P : never;
}[Policy];

/** What a procedure says about itself. `tier` and `policy` are set by the builders in trpc.ts. */
export type ProcedureMeta = OpenApiMeta<{
  tier?: Tier;
  policy?: Policy;
  /** Changes the session cookie, so its answer must not start before it has run. */
  setsCookie?: boolean;
  /** The shape of each step, of a procedure that yields its answer in steps. */
  yields?: z.ZodType;
}>;
