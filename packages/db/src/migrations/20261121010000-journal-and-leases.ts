import { Migration } from '@mikro-orm/migrations';
import { REFERENCES_LOCK } from '../references-lock.ts';

/**
 * Spending power lent to processes (leases), how far their journals are entered (positions), budgets of keys,
 * and settlements that could not be entered.
 */
export class JournalAndLeases extends Migration {
  override name = '20261121010000-journal-and-leases';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
    this.addSql(FORGET_DELETED_KEY);
    this.addSql(FORGET_DELETED_PROJECT);
    this.addSql(FORGET_DELETED_MODEL);
    this.addSql(DELETE_CALLS_OF_USER);
    this.addSql(KEEP_ACCOUNT_WITH_ENTRIES);
    this.addSql(FORGET_DELETED_ACTOR);
    this.addSql(WAIT_FOR_BATCHES);
    for (const trigger of REFERENCE_TRIGGERS) this.addSql(trigger);
  }
}

const STATEMENTS = `
alter table aigcspace.accounts add column leased numeric(24,10) not null default '0';
alter table aigcspace.accounts drop constraint accounts_held_within_balance;
alter table aigcspace.accounts
  add constraint accounts_held_within_balance
  check (held >= 0 and held <> 'NaN' and leased >= 0 and leased <> 'NaN' and held + leased <= balance);

alter table aigcspace.holds add column budget jsonb null;

create table aigcspace.journal_positions (
  journal_id varchar(50) not null,
  sequence bigint not null default '0',
  host varchar(255) not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_at timestamptz null,
  primary key (journal_id)
);

create table aigcspace.leases (
  journal_id varchar(50) not null,
  account_id varchar(50) not null,
  amount numeric(24,10) not null,
  updated_at timestamptz not null default now(),
  primary key (journal_id, account_id)
);
create index leases_account_id_index on aigcspace.leases (account_id);
alter table aigcspace.leases
  add constraint leases_amount_not_negative
  check (amount >= 0 and amount <> 'NaN');
alter table aigcspace.leases
  add constraint leases_account_id_foreign
  foreign key (account_id) references aigcspace.accounts (id) on delete restrict;

create table aigcspace.key_budgets (
  key_id int not null,
  period varchar(10) not null,
  period_start date not null,
  spent numeric(24,10) not null default '0',
  leased numeric(24,10) not null default '0',
  updated_at timestamptz not null default now(),
  primary key (key_id, period, period_start)
);
alter table aigcspace.key_budgets
  add constraint key_budgets_not_negative
  check (spent >= 0 and spent <> 'NaN' and leased >= 0 and leased <> 'NaN');
alter table aigcspace.key_budgets
  add constraint key_budgets_key_id_foreign
  foreign key (key_id) references aigcspace.platform_api_key (id) on delete cascade;

create table aigcspace.budget_leases (
  journal_id varchar(50) not null,
  key_id int not null,
  period varchar(10) not null,
  period_start date not null,
  amount numeric(24,10) not null,
  updated_at timestamptz not null default now(),
  primary key (journal_id, key_id, period, period_start)
);
create index budget_leases_key_id_index on aigcspace.budget_leases (key_id);
alter table aigcspace.budget_leases
  add constraint budget_leases_amount_not_negative
  check (amount >= 0 and amount <> 'NaN');
alter table aigcspace.budget_leases
  add constraint budget_leases_key_id_foreign
  foreign key (key_id) references aigcspace.platform_api_key (id) on delete cascade;

create table aigcspace.quarantined_settlements (
  id bigserial primary key,
  journal_id varchar(50) not null,
  sequence bigint not null,
  request_id varchar(64) not null,
  record jsonb not null,
  error text not null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz null
);
create index quarantined_settlements_resolved_at on aigcspace.quarantined_settlements (resolved_at);

create table aigcspace.instances (
  instance_id varchar(50) not null,
  home varchar(1000) not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (instance_id)
);

alter table aigcspace.api_call_log drop constraint api_call_log_user_id_foreign;
alter table aigcspace.api_call_log drop constraint api_call_log_organisation_id_foreign;
alter table aigcspace.api_call_log drop constraint api_call_log_project_id_foreign;
alter table aigcspace.api_call_log drop constraint api_call_log_api_key_id_foreign;
alter table aigcspace.api_call_log drop constraint api_call_log_model_id_foreign;
alter table aigcspace.ledger_entries drop constraint ledger_entries_account_id_foreign;
alter table aigcspace.ledger_entries drop constraint ledger_entries_actor_id_foreign;
`;

/*
 * A foreign key checks every inserted row, which costs a log row more than writing it. These triggers keep what the
 * foreign keys did on deletion; whoever inserts locks what it refers to once per batch.
 */
const FORGET_DELETED_KEY = `
create function aigcspace.forget_deleted_key() returns trigger language plpgsql as $$
begin
  update aigcspace.api_call_log set api_key_id = null where api_key_id = old.id;
  return null;
end $$
`;

const FORGET_DELETED_PROJECT = `
create function aigcspace.forget_deleted_project() returns trigger language plpgsql as $$
begin
  update aigcspace.api_call_log set project_id = null where project_id = old.id;
  return null;
end $$
`;

const FORGET_DELETED_MODEL = `
create function aigcspace.forget_deleted_model() returns trigger language plpgsql as $$
begin
  update aigcspace.api_call_log set model_id = null where model_id = old.id;
  return null;
end $$
`;

const DELETE_CALLS_OF_USER = `
create function aigcspace.delete_calls_of_user() returns trigger language plpgsql as $$
begin
  delete from aigcspace.api_call_log where user_id = old.id;
  return null;
end $$
`;

const KEEP_ACCOUNT_WITH_ENTRIES = `
create function aigcspace.keep_account_with_entries() returns trigger language plpgsql as $$
begin
  if exists (select 1 from aigcspace.ledger_entries where account_id = old.id) then
    raise exception 'account % has ledger entries', old.id using errcode = 'foreign_key_violation';
  end if;
  return old;
end $$
`;

const FORGET_DELETED_ACTOR = `
create function aigcspace.forget_deleted_actor() returns trigger language plpgsql as $$
begin
  update aigcspace.ledger_entries set actor_id = null where actor_id = old.id;
  return null;
end $$
`;

/**
 * Whoever deletes waits for the batches that are being entered, and they for it: so no row refers to what is gone,
 * without a lock on every project, key and model of a batch.
 */
const WAIT_FOR_BATCHES = `
create function aigcspace.wait_for_batches() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(${REFERENCES_LOCK});
  return null;
end $$
`;

const waitForBatches = (table: string): string =>
  `create trigger ${table}_wait_for_batches before delete on aigcspace.${table}
     for each statement execute function aigcspace.wait_for_batches()`;

const REFERENCE_TRIGGERS = [
  waitForBatches('platform_api_key'),
  waitForBatches('projects'),
  waitForBatches('models'),
  `create trigger users_ledger_reference after delete on aigcspace.users
     for each row execute function aigcspace.forget_deleted_actor()`,
  `create trigger platform_api_key_log_reference after delete on aigcspace.platform_api_key
     for each row execute function aigcspace.forget_deleted_key()`,
  `create trigger projects_log_reference after delete on aigcspace.projects
     for each row execute function aigcspace.forget_deleted_project()`,
  `create trigger models_log_reference after delete on aigcspace.models
     for each row execute function aigcspace.forget_deleted_model()`,
  `create trigger users_log_reference after delete on aigcspace.users
     for each row execute function aigcspace.delete_calls_of_user()`,
  `create trigger accounts_ledger_reference before delete on aigcspace.accounts
     for each row execute function aigcspace.keep_account_with_entries()`,
];
