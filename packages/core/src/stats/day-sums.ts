import type { Condition } from '../logs/call-log-filter.ts';
import type { Period } from './period.ts';
import {
  callSource,
  daySource,
  hourSource,
  partsOf,
  unionOf,
  type Range,
  type SumsQuery,
  type SumsView,
} from './sums-view.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const NOON = 12;

/** Hours that lie in another day of the period than the noon of their day of UTC does. Days are indexes. */
export interface MovedHours extends Range {
  day: number;
  insteadOf: number;
}

/**
 * A FROM item, to be named `r`, of the sums of a period by its days: `day` is an index into them. Days of other zones
 * than UTC lie in two days of UTC. The daily sums of one of UTC count in the day in which its noon lies; of its hours
 * only those that lie in another day are read: they count in `day`, and once less in `instead_of`, which is null
 * everywhere else. `withoutMoved` does that, exactly.
 */
export function daySumsOf(
  view: SumsView,
  period: Period,
  scope: Omit<SumsQuery, 'fromMs' | 'toMs'>,
): Condition {
  const { fromMs, toMs, dayStartsMs } = period;
  const query = { ...scope, fromMs, toMs, days: period.isHourly ? null : scope.days };
  const { whole, hours, tail } = partsOf(view, query);
  const starts = `{${dayStartsMs.map((ms) => new Date(ms).toISOString()).join(',')}}`;
  const byStart = (time: string, parts: Condition[]): Condition[] => {
    if (parts.length === 0) return [];
    const { sql, params } = unionOf(parts);
    const day = `greatest(width_bucket(${time}, ?::timestamptz[]) - 1, 0)`;
    return [
      {
        sql: `select ${day} as day, null::int as instead_of, s.* from ${sql} s`,
        params: [starts, ...params],
      },
    ];
  };
  return unionOf([
    ...byStart(
      `s.starts_at + interval '${NOON} hours'`,
      whole.map((range) => daySource(query, range)),
    ),
    ...byStart('s.starts_at', [
      ...hours.map((range) => hourSource(query, range)),
      ...tail.map((range) => callSource(query, range)),
    ]),
    ...whole.flatMap((range) => moved(query, movedHours(dayStartsMs, range, view.foldedThroughMs))),
  ]);
}

function moved(query: SumsQuery, hours: MovedHours[]): Condition[] {
  if (hours.length === 0) return [];
  const { sql, params } = hourSource(query, { from: 'm.moved_from', to: 'm.moved_to' });
  const times = (of: (range: Range) => number) =>
    `{${hours.map((each) => new Date(of(each)).toISOString()).join(',')}}`;
  const indexes = (of: (range: MovedHours) => number) => `{${hours.map(of).join(',')}}`;
  return [
    {
      sql: `select m.day, m.instead_of, s.*
        from unnest(?::timestamptz[], ?::timestamptz[], ?::int[], ?::int[]) as m(moved_from, moved_to, day, instead_of)
        cross join lateral (${sql} offset 0) s`,
      params: [
        times(({ from }) => from),
        times(({ to }) => to),
        indexes(({ day }) => day),
        indexes(({ insteadOf }) => insteadOf),
        ...params,
      ],
    },
  ];
}

/** Of whole days of UTC, up to where hours are folded: the daily sums have no others. */
export function movedHours(
  dayStartsMs: readonly number[],
  { from, to }: Range,
  foldedThroughMs: number,
): MovedHours[] {
  const found: MovedHours[] = [];
  let index = 0;
  const dayOf = (ms: number): number => {
    while ((dayStartsMs[index + 1] ?? Infinity) <= ms) index += 1;
    return index;
  };
  for (let dayMs = from; dayMs < to; dayMs += DAY_HOURS * HOUR_MS) {
    const days = Array.from({ length: DAY_HOURS }, (_, hour) => dayOf(dayMs + hour * HOUR_MS));
    const insteadOf = days[NOON] ?? index;
    for (const [hour, day] of days.entries()) {
      const hourMs = dayMs + hour * HOUR_MS;
      if (day === insteadOf || hourMs >= foldedThroughMs) continue;
      const last = found.at(-1);
      if (last?.to === hourMs && last.day === day && last.insteadOf === insteadOf) last.to += HOUR_MS;
      else found.push({ from: hourMs, to: hourMs + HOUR_MS, day, insteadOf });
    }
  }
  return found;
}

/**
 * A FROM item, to be named `r`, of rows grouped by `day`, `instead_of` and others: each row in its day, and what was
 * moved once less where it was counted before. `columns` are those besides; `amounts` the ones to be taken away.
 */
export function withoutMoved(
  grouped: string,
  { columns, amounts }: { columns: readonly string[]; amounts: readonly string[] },
): string {
  const less = amounts.map((name) => `-${name}`);
  return `(
    with g as materialized (${grouped})
    select day, ${[...columns, ...amounts].join(', ')} from g
    union all
    select instead_of, ${[...columns, ...less].join(', ')} from g where instead_of is not null
  )`;
}
