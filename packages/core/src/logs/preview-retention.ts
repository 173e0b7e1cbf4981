import type { EntityManager } from '@mikro-orm/postgresql';
import type { Retention } from '@aigc/shared/schemas/settings';
import { logMonths } from '../health/storage-sizes.ts';
import { listLogPartitions } from './partitions.ts';

const DAY_MS = 86_400_000;

/** What the retention job would delete if calls were kept for so many days. Months that go as a whole are estimated. */
export async function previewRetention(em: EntityManager, days: number, now: Date): Promise<Retention> {
  const keptFrom = new Date(now.getTime() - days * DAY_MS);
  const partitions = await listLogPartitions(em);
  const whole = new Set(partitions.filter(({ endsAt }) => endsAt <= keptFrom).map(({ month }) => month));
  const estimated = (await logMonths(em))
    .filter(({ month }) => whole.has(month))
    .reduce((sum, { rows }) => sum + rows, 0);
  const from = partitions.find(({ month }) => !whole.has(month))?.startsAt ?? new Date(0);
  const [rest] = await em.execute<{ calls: number }[]>(
    'select count(*)::int as calls from aigcspace.api_call_log where created_at >= ? and created_at < ?',
    [from, keptFrom],
  );
  const [first] = await em.execute<{ oldest: string | Date | null }[]>(
    'select min(created_at) as oldest from aigcspace.api_call_log where created_at < ?',
    [keptFrom],
  );
  const oldest = first?.oldest ?? null;
  return {
    kept_from: keptFrom.toISOString(),
    // An estimate of zero of a month that has a call would be a promise.
    calls: Math.max(Math.round(estimated) + (rest?.calls ?? 0), oldest === null ? 0 : 1),
    is_estimated: estimated > 0,
    oldest: oldest === null ? null : new Date(oldest).toISOString(),
  };
}
