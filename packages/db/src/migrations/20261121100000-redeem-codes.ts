import { Migration } from '@mikro-orm/migrations';

/** Redeem codes, their reference in the ledger, and a way to the ledger's entries of a period. */
export class RedeemCodes extends Migration {
  override name = '20261121100000-redeem-codes';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
  }
}

/*
 * A code can be in the ledger only once, whatever a bug may do: `ledger_entries_redeem_code_id` sees to it, and costs
 * bills nothing, which have no code. Entries of a period are found by block ranges, as calls' are: they lie in the order
 * of their time, nearly.
 */
const STATEMENTS = `
create table aigcspace.redeem_batches (
  id serial primary key,
  amount numeric(24,10) not null,
  count int not null,
  expires_at timestamptz null,
  note varchar(200) null,
  created_by_id varchar(50) null,
  created_at timestamptz not null default now(),
  constraint redeem_batches_created_by_id_foreign
    foreign key (created_by_id) references aigcspace.users (id) on delete set null,
  constraint redeem_batches_amount_positive check (amount > 0 and amount <> 'NaN'),
  constraint redeem_batches_count_positive check (count > 0)
);

create table aigcspace.redeem_codes (
  id serial primary key,
  batch_id int not null,
  code_hash varchar(64) not null,
  prefix varchar(5) not null,
  is_disabled boolean not null default false,
  redeemed_at timestamptz null,
  redeemed_by_id varchar(50) null,
  constraint redeem_codes_batch_id_foreign
    foreign key (batch_id) references aigcspace.redeem_batches (id) on delete restrict,
  constraint redeem_codes_redeemed_by_id_foreign
    foreign key (redeemed_by_id) references aigcspace.users (id) on delete set null,
  constraint redeem_codes_code_hash unique (code_hash),
  constraint redeem_codes_redeemed_once check (redeemed_by_id is null or redeemed_at is not null)
);
create index redeem_codes_batch_id_index on aigcspace.redeem_codes (batch_id);
create index redeem_codes_prefix_index on aigcspace.redeem_codes (prefix);

alter table aigcspace.ledger_entries add column redeem_code_id int null;
create unique index ledger_entries_redeem_code_id on aigcspace.ledger_entries (redeem_code_id)
  where redeem_code_id is not null;
create index ledger_entries_created_at on aigcspace.ledger_entries using brin (created_at)
  with (pages_per_range = 32, autosummarize = on);
`;
