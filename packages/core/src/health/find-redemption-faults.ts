import type { EntityManager } from '@mikro-orm/postgresql';

/** How far redeem codes and the ledger disagree. Zeros: each redeemed code is one entry of its amount. */
export interface RedemptionFaults {
  /** Redeemed codes without an entry of their amount. */
  codesWithoutEntry: number;
  /** Entries of codes that were not redeemed, or are not there. */
  entriesWithoutCode: number;
  redeemed: number;
}

/** One statement, so that redemptions of the moment do not count. */
export async function findRedemptionFaults(em: EntityManager): Promise<RedemptionFaults> {
  const [row] = await em.execute<{ codes: number; entries: number; redeemed: number }[]>(
    `select
       count(*) filter (where c.redeemed_at is not null and (e.id is null or e.amount <> b.amount))::int as codes,
       count(*) filter (where e.id is not null and c.redeemed_at is null)::int as entries,
       count(*) filter (where c.redeemed_at is not null)::int as redeemed
     from aigcspace.redeem_codes c
     join aigcspace.redeem_batches b on b.id = c.batch_id
     full join (select id, amount, redeem_code_id from aigcspace.ledger_entries where redeem_code_id is not null) e
       on e.redeem_code_id = c.id`,
  );
  if (row === undefined) throw new Error('an aggregate without a row');
  return { codesWithoutEntry: row.codes, entriesWithoutCode: row.entries, redeemed: row.redeemed };
}
