import type { Stats } from '@aigc/shared/schemas/stats';
import { byCostThenCalls, SELECT_SUMS, SELECT_SUMS_EXACT, type SumsRow, toSums } from './sums.ts';
import { sumsOf, type SumsQuery, type SumsView } from './sums-view.ts';

/** Keys and users told of, the dearest ones: there may be tens of thousands. */
const TOP_CALLERS = 100;

interface CallerRow extends SumsRow {
  /** Null: a row about a user. */
  api_key_id: number | null;
  key_name: string | null;
  user_id: string | null;
  email: string | null;
}

/**
 * Sums by key and by user, dearest first. A key of null stands for the playground; a deleted key has no name any more,
 * a deleted user no address.
 */
export async function readCallers(
  view: SumsView,
  query: SumsQuery,
): Promise<{ keys: Stats['by_key']; users: Stats['by_user'] }> {
  const source = sumsOf(view, query);
  const rows = await view.em.execute<CallerRow[]>(
    `with r as materialized (
       select r.user_id, r.api_key_id, ${SELECT_SUMS_EXACT} from ${source.sql} r group by r.user_id, r.api_key_id
     )
     select s.*, k.name as key_name, u.email from (
       (select r.api_key_id, null::text as user_id, ${SELECT_SUMS} from r
        group by r.api_key_id order by sum(r.cost) desc, sum(r.calls) desc, r.api_key_id limit ${TOP_CALLERS})
       union all
       (select null, r.user_id, ${SELECT_SUMS} from r
        group by r.user_id order by sum(r.cost) desc, sum(r.calls) desc, r.user_id limit ${TOP_CALLERS})
     ) s
     left join aigcspace.platform_api_key k on k.id = s.api_key_id
     left join aigcspace.users u on u.id = s.user_id`,
    source.params,
  );
  const keys = rows.flatMap((row) =>
    row.api_key_id === null
      ? []
      : [{ api_key_id: row.api_key_id || null, name: row.key_name, ...toSums(row) }],
  );
  const users = rows.flatMap((row) =>
    row.user_id === null ? [] : [{ user_id: row.user_id, email: row.email, ...toSums(row) }],
  );
  return {
    keys: keys.toSorted(byCostThenCalls((row) => String(row.api_key_id))),
    users: users.toSorted(byCostThenCalls((row) => row.user_id)),
  };
}
