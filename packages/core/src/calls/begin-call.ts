import type { EntityManager } from '@mikro-orm/postgresql';
import type { Money } from '@aigc/shared/money';
import type { BegunCall } from './call.ts';

export interface BeginOptions {
  instanceId: string;
  /** Null: a local model, which needs no money. */
  accountId: string | null;
  /** The most the call can cost. */
  amount: Money;
}

export type BeginResult = { begun: true } | { begun: false; available: Money };

/**
 * Records that a call begins and sets the most it can cost aside, in one statement, so that concurrent
 * calls cannot hold the same money twice. If the account has less available, nothing is written.
 */
export async function beginCall(
  em: EntityManager,
  call: BegunCall,
  options: BeginOptions,
): Promise<BeginResult> {
  const row = [call.requestId, options.amount, options.instanceId, JSON.stringify(call)];
  return em.transactional(async (tx) => {
    // A hold that a crash of the database forgets is forgotten whole (row and `held` alike): no need to wait for the disk.
    await tx.execute('set local synchronous_commit = off');
    if (options.accountId === null) {
      await tx.execute(
        'insert into aigcspace.holds (request_id, amount, instance_id, call) values (?, ?, ?, ?::jsonb)',
        row,
      );
      return { begun: true };
    }
    const taken = await tx.execute<{ id: string }[]>(
      `with taken as (
         update aigcspace.accounts set held = held + ?::numeric
         where id = ? and balance - held - leased >= ?::numeric returning id
       )
       insert into aigcspace.holds (account_id, request_id, amount, instance_id, call)
       select id, ?, ?::numeric, ?, ?::jsonb from taken returning account_id as id`,
      [options.amount, options.accountId, options.amount, ...row],
    );
    if (taken.length > 0) return { begun: true };
    const [account] = await tx.execute<{ available: Money }[]>(
      'select (balance - held - leased)::text as available from aigcspace.accounts where id = ?',
      [options.accountId],
    );
    return { begun: false, available: account?.available ?? '0' };
  });
}
