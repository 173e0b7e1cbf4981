import type { statsInputSchema } from '@aigc/shared/schemas/stats';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { requireAdmin } from '../require-admin.ts';
import { hourOf } from './period.ts';

export type StatsInput = z.output<typeof statsInputSchema>;

/**
 * The rows of `call_rollups r` between two times that the actor asked for and may see.
 * @throws AppError `forbidden` when a user asks for everyone's
 */
export function rollupCondition(
  actor: UserActor,
  input: StatsInput,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Condition {
  if (input.scope === 'all') requireAdmin(actor);
  const parts: [string, unknown][] = [
    ['r.hour >= ?', hourOf(fromMs)],
    ['r.hour < ?', new Date(toMs)],
  ];
  if (input.scope === 'mine') {
    parts.push(['r.user_id = ?', actor.userId], ['r.organisation_id = ?', actor.organisationId]);
  }
  if (input.model !== undefined) parts.push(['r.model_name = ?', input.model]);
  if (input.api_key_id !== undefined) parts.push(['r.api_key_id = ?', input.api_key_id]);
  if (input.is_local !== undefined) parts.push(['r.is_local = ?', input.is_local]);
  return { sql: parts.map(([sql]) => sql).join(' and '), params: parts.map(([, value]) => value) };
}
