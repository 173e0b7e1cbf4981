import type { EntityManager } from '@mikro-orm/postgresql';
import { money, toStored, type Money } from '@aigc/shared/money';
import type { BegunCall, CallOutcome } from './call.ts';
import { announce, CALLS_CHANNEL } from './call-announcement.ts';
import { databaseText } from './database-text.ts';
import { addToRollup } from './add-to-rollup.ts';
import { LOCK_ROLLUPS } from './rollup-sql.ts';

/** The platform's own account; `uncollected` entries are booked here. Made by the first migration. */
const PLATFORM_ACCOUNT_ID = 'acc_platform';

/**
 * Settles a call in one transaction: log row, end of its hold, ledger entries, rollup, last use of the key.
 * Runs at most once per request id: a second settlement of the same call changes nothing.
 *
 * A bill above the hold is taken from the free balance; what is still missing becomes an `uncollected`
 * entry of the platform, so that no balance goes below zero. Returns the log row's id, or null if the
 * call was settled before.
 */
export async function settleCall(
  em: EntityManager,
  call: BegunCall,
  outcome: CallOutcome,
): Promise<string | null> {
  return em.transactional(async (tx) => {
    await tx.execute(LOCK_ROLLUPS);
    const logId = await insertLog(tx, call, outcome);
    if (logId === null) return null;
    await addToRollup(tx, { call, outcome });
    if (call.apiKeyId !== null) {
      await tx.execute('update aigcspace.platform_api_key set last_used_at = ? where id = ?', [
        call.createdAt,
        call.apiKeyId,
      ]);
    }
    // Last, because it locks the account, which every call of the organisation shares.
    await endHold(tx, call, outcome.bill);
    const announcement = {
      id: logId,
      request_id: call.requestId,
      user_id: call.userId,
      organisation_id: call.organisationId,
      api_key_id: call.apiKeyId,
      model_name: databaseText(call.modelName, 255),
      status: outcome.status,
    };
    await tx.execute('select pg_notify(?, ?)', [CALLS_CHANNEL, announce([announcement], logId)]);
    return logId;
  });
}

async function insertLog(tx: EntityManager, call: BegunCall, outcome: CallOutcome): Promise<string | null> {
  const row = {
    request_id: call.requestId,
    user_id: call.userId,
    organisation_id: call.organisationId,
    model_name: databaseText(call.modelName, 255),
    provider: call.provider,
    endpoint: call.endpoint,
    source: call.source,
    is_local: call.isLocal,
    is_stream: call.isStream,
    input_tokens: outcome.usage.inputTokens,
    output_tokens: outcome.usage.outputTokens,
    cached_tokens: outcome.usage.cachedTokens,
    reasoning_tokens: outcome.usage.reasoningTokens,
    estimated: outcome.usage.estimated,
    input_price: call.price?.inputPrice ?? null,
    output_price: call.price?.outputPrice ?? null,
    bill: outcome.bill,
    status: outcome.status,
    http_status: outcome.httpStatus,
    error_code: outcome.errorCode,
    error_message: outcome.errorMessage === null ? null : databaseText(outcome.errorMessage, 2000),
    latency_ms: outcome.latencyMs,
    ttft_ms: outcome.ttftMs,
    request_ip: call.requestIp,
    created_at: call.createdAt,
  };
  const columns = Object.keys(row);
  // Project, key and model may have been deleted while the call ran: the row then says null. The locks wait for a
  // deletion that is under way, which the foreign keys would otherwise only notice after these rows were read.
  const inserted = await tx.execute<{ id: string }[]>(
    `insert into aigcspace.api_call_log (${columns.join(', ')}, project_id, api_key_id, model_id)
     select ${columns.map(() => '?').join(', ')},
       (select id from aigcspace.projects where id = ? for key share),
       (select id from aigcspace.platform_api_key where id = ? for key share),
       (select id from aigcspace.models where id = ? for key share)
     on conflict do nothing returning id::text`,
    [...Object.values(row), call.projectId, call.apiKeyId, call.modelId],
  );
  return inserted[0]?.id ?? null;
}

interface AccountRow {
  balance: Money;
  held: Money;
  leased: Money;
}

async function endHold(tx: EntityManager, call: BegunCall, bill: Money): Promise<void> {
  const [hold] = await tx.execute<{ amount: Money }[]>(
    'delete from aigcspace.holds where request_id = ? returning amount::text',
    [call.requestId],
  );
  const released = money(hold?.amount ?? 0);
  const owed = money(bill);
  if (released.isZero() && owed.isZero()) return;

  const [account] = await tx.execute<(AccountRow & { id: string })[]>(
    'select id, balance::text, held::text, leased::text from aigcspace.accounts where organisation_id = ? for update',
    [call.organisationId],
  );
  if (account === undefined) throw new Error(`organisation ${call.organisationId} has no account`);
  const held = money(account.held).minus(released);
  const free = money(account.balance).minus(held).minus(account.leased);
  const collected = owed.lessThan(free) ? owed : free;
  const balance = money(account.balance).minus(collected);
  await tx.execute('update aigcspace.accounts set balance = ?, held = ?, updated_at = now() where id = ?', [
    toStored(balance),
    toStored(held),
    account.id,
  ]);
  if (!collected.isZero()) {
    await tx.execute(
      `insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, request_id, created_at)
       values (?, 'usage', ?, ?, ?, ?)`,
      [account.id, toStored(collected.negated()), toStored(balance), call.requestId, call.createdAt],
    );
  }
  const missing = owed.minus(collected);
  if (!missing.isZero()) {
    await tx.execute(
      `with bearer as (
         update aigcspace.accounts set balance = balance + ?::numeric, updated_at = now() where id = ? returning id, balance
       )
       insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, request_id, created_at)
       select id, 'uncollected', ?::numeric, balance, ?, ? from bearer`,
      [toStored(missing), PLATFORM_ACCOUNT_ID, toStored(missing), call.requestId, call.createdAt],
    );
  }
}
