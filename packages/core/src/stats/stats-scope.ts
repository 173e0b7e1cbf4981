import type { statsInputSchema } from '@aigc/shared/schemas/stats';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { requireAdmin } from '../require-admin.ts';
import type { DayGrain, HourGrain } from './sums-view.ts';

export type StatsInput = z.output<typeof statsInputSchema>;

/** Which calls stats are about, and the coarsest sums that still know it. */
export interface StatsScope {
  where: Condition;
  isByModel: boolean;
  /** The calls of one user. */
  isOfOne: boolean;
  /** For sums by day and model. */
  days: DayGrain;
  /** For totals. */
  totalDays: DayGrain;
  /** For percentiles by the hour; null: there are none but those that are written with the calls. */
  totalHours: HourGrain | null;
  /** For sums by key. */
  keyDays: DayGrain;
}

/**
 * The calls that the actor asked for and may see.
 * @throws AppError `forbidden` when a user asks for everyone's
 */
export async function statsScope(
  em: EntityManager,
  actor: UserActor,
  input: StatsInput,
): Promise<StatsScope> {
  if (input.scope === 'all') requireAdmin(actor);
  const parts: [string, unknown][] = [];
  const isOne = input.scope === 'mine' || input.api_key_id !== undefined || input.user_id !== undefined;
  if (input.scope === 'mine') {
    parts.push(['r.user_id = ?', actor.userId], ['r.organisation_id = ?', actor.organisationId]);
  } else if (input.api_key_id !== undefined) {
    // Sums are found by their user; a key belongs to one.
    const owner = await ownerOf(em, input.api_key_id);
    if (owner !== null) parts.push(['r.user_id = ?', owner]);
  }
  if (input.user_id !== undefined) parts.push(['r.user_id = ?', input.user_id]);
  if (input.model !== undefined) parts.push(['r.model_name = ?', input.model]);
  if (input.api_key_id !== undefined) parts.push(['r.api_key_id = ?', input.api_key_id]);
  if (input.is_local !== undefined) parts.push(['r.is_local = ?', input.is_local]);
  return {
    where: {
      sql: ['true', ...parts.map(([sql]) => sql)].join(' and '),
      params: parts.map(([, value]) => value),
    },
    isByModel: !isOne,
    isOfOne: isOne,
    days: isOne ? 'day_call' : 'day_model',
    totalDays: totalDays(input),
    totalHours: HOURS_OF[totalDays(input)],
    keyDays: isOne || input.model !== undefined ? 'day_call' : 'day_key',
  };
}

function totalDays({ scope, model, api_key_id: key, user_id: user }: StatsInput): DayGrain {
  if (scope === 'mine' || key !== undefined || user !== undefined) {
    return model === undefined && key === undefined ? 'day_user' : 'day_call';
  }
  return model === undefined ? 'day' : 'day_model';
}

const HOURS_OF: Record<DayGrain, HourGrain | null> = {
  day: 'hour',
  day_model: 'hour_model',
  day_user: 'hour_user',
  day_key: null,
  day_call: null,
};

async function ownerOf(em: EntityManager, keyId: number): Promise<string | null> {
  const [key] = await em.execute<{ user_id: string }[]>(
    'select user_id from aigcspace.platform_api_key where id = ?',
    [keyId],
  );
  return key?.user_id ?? null;
}
