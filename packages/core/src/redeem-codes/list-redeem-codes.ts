import type { EntityManager } from '@mikro-orm/postgresql';
import { trimMoney } from '@aigc/shared/money';
import { REDEEM_CODE_PREFIX_LENGTH, redeemCodeDigits } from '@aigc/shared/redeem-code';
import type {
  listRedeemCodesOutputSchema,
  RedeemCode,
  RedeemCodeStatus,
} from '@aigc/shared/schemas/redeem-codes';
import { refusal } from '@aigc/shared/refusals';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { CODE_HAS_STATUS, CODE_STATUS } from './code-status.ts';

export interface ListRedeemCodesInput {
  status?: RedeemCodeStatus | undefined;
  batch_id?: number | undefined;
  /** How the code begins, as somebody types it; only its first group is looked at. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export type RedeemCodeList = z.infer<typeof listRedeemCodesOutputSchema>;
type RedeemCodePage = Pick<RedeemCodeList, 'items' | 'next_cursor'>;

/** One page of codes, newest first, and how many there are of each status. @throws AppError `invalid_field` on `cursor` */
export async function listRedeemCodes(
  { em }: Pick<Deps, 'em'>,
  actor: Actor,
  input: ListRedeemCodesInput,
): Promise<RedeemCodeList> {
  const page = await readPage(em, actor, input);
  const { currency } = await readSettings(em);
  return { ...page, currency, totals: await sumByStatus(em, narrow(input)) };
}

async function readPage(
  em: EntityManager,
  actor: Actor,
  { status, cursor, limit, ...narrowed }: ListRedeemCodesInput,
): Promise<RedeemCodePage> {
  requireAdmin(actor);
  const all = narrow(narrowed).concat(
    status === undefined ? [] : [[CODE_HAS_STATUS[status], []]],
    cursor === undefined ? [] : [['c.id < ?', [decodeCursor(cursor)]]],
  );
  const found = await em.execute<CodeRow[]>(
    `select c.id, c.prefix, c.batch_id, b.amount::text, ${CODE_STATUS} as status, b.expires_at, b.note, c.redeemed_at,
       r.email as redeemed_by_email, m.email as created_by_email, b.created_at
     from aigcspace.redeem_codes c
     join aigcspace.redeem_batches b on b.id = c.batch_id
     left join aigcspace.users r on r.id = c.redeemed_by_id
     left join aigcspace.users m on m.id = b.created_by_id
     where ${all.map(([sql]) => sql).join(' and ') || 'true'}
     order by c.id desc limit ?`,
    [...all.flatMap(([, params]) => params), limit + 1],
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > rows.length && last !== undefined;
  return {
    items: rows.map(toView),
    next_cursor: hasMore ? Buffer.from(String(last.id)).toString('base64url') : null,
  };
}

/** Every code that the filters find, in pages that are read as they are asked for. */
export async function* everyRedeemCode(
  { em }: Pick<Deps, 'em'>,
  actor: Actor,
  filters: Omit<ListRedeemCodesInput, 'cursor' | 'limit'>,
): AsyncGenerator<RedeemCode[], void> {
  let cursor: string | undefined;
  do {
    const page: RedeemCodePage = await readPage(em, actor, { ...filters, cursor, limit: 1_000 });
    yield page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

type Condition = [sql: string, params: (string | number)[]];

function narrow({
  batch_id: batchId,
  search,
}: Pick<ListRedeemCodesInput, 'batch_id' | 'search'>): Condition[] {
  const prefix = redeemCodeDigits(search ?? '').slice(0, REDEEM_CODE_PREFIX_LENGTH);
  return [
    ...(batchId === undefined ? [] : [['c.batch_id = ?', [batchId]] satisfies Condition]),
    ...(prefix === '' ? [] : [['starts_with(c.prefix, ?)', [prefix]] satisfies Condition]),
  ];
}

type CodeRow = Omit<RedeemCode, 'expires_at' | 'redeemed_at' | 'created_at'> & {
  expires_at: Date | string | null;
  redeemed_at: Date | string | null;
  created_at: Date | string;
};

function toView(row: CodeRow): RedeemCode {
  return {
    ...row,
    amount: trimMoney(row.amount),
    expires_at: iso(row.expires_at),
    redeemed_at: iso(row.redeemed_at),
    created_at: new Date(row.created_at).toISOString(),
  };
}

function iso(time: Date | string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

async function sumByStatus(em: EntityManager, conditions: Condition[]): Promise<RedeemCodeList['totals']> {
  const rows = await em.execute<{ status: RedeemCodeStatus; count: number; amount: string }[]>(
    `select ${CODE_STATUS} as status, count(*)::int as count, sum(b.amount)::text as amount
     from aigcspace.redeem_codes c join aigcspace.redeem_batches b on b.id = c.batch_id
     where ${conditions.map(([sql]) => sql).join(' and ') || 'true'} group by 1`,
    conditions.flatMap(([, params]) => params),
  );
  const of = (status: RedeemCodeStatus) => {
    const row = rows.find((each) => each.status === status);
    return { count: row?.count ?? 0, amount: trimMoney(row?.amount ?? '0') };
  };
  return { open: of('open'), redeemed: of('redeemed'), expired: of('expired'), disabled: of('disabled') };
}

function decodeCursor(cursor: string): number {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[1-9]\d{0,9}$/.test(id) || Number(id) > 2_147_483_647) {
    throw refusal('wrong_cursor', {}, { param: 'cursor' });
  }
  return Number(id);
}
