import { redirect } from '@sveltejs/kit';
import { REPORT_GROUPS } from '#lib/report-groups.ts';
import { daysOfMonth, readDays, upTo } from '#lib/day-range.ts';
import { localText } from '#lib/i18n/zoned-day.ts';
import { trpc } from '#lib/trpc.ts';
import { filteredHref } from '#lib/url-state.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  event.depends('app:ledger');
  const { timeZone, state } = await event.parent();
  const params = event.url.searchParams;
  const isAdmin = state?.viewer?.role === 'admin';
  const today = localText(new Date(), timeZone).slice(0, 10);
  const month = today.slice(0, 7);
  const range = upTo(readDays(params).range ?? daysOfMonth(month), today);
  const userId = isAdmin ? (params.get('user') ?? '').slice(0, 50) : '';
  const scope = isAdmin && params.get('scope') === 'all' ? 'all' : 'mine';
  const by = REPORT_GROUPS.find((group) => group === params.get('by')) ?? 'day';
  // Of one person there is nothing to tell by user.
  if (by === 'user' && (scope !== 'all' || userId)) redirect(307, filteredHref(event.url, { by: null }));
  const query = { ...range, time_zone: timeZone, by, scope, ...(userId ? { user_id: userId } : {}) } as const;
  return {
    report: await trpc(event).billing.report.query(query),
    query,
    isAdmin,
    userId: userId || undefined,
    month,
    isOpen: range.end >= today,
  };
};
