import { Migration } from '@mikro-orm/migrations';

/**
 * The call log by months, so that old calls go by dropping a table and a page reads only the months it is about;
 * sums of hours folded into coarser ones; and indexes for lists that have grown long.
 */
export class CallLogPartitions extends Migration {
  override name = '20261121030000-call-log-partitions';

  override up(): void {
    for (const statement of BEFORE_COPY.split(/;\n/)) this.addStatement(statement);
    this.addSql(CREATE_PARTITION);
    this.addSql(ENSURE_PARTITIONS);
    for (const statement of COPY.split(/;\n/)) this.addStatement(statement);
    for (const statement of ROLLUPS.split(/;\n/)) this.addStatement(statement);
  }

  private addStatement(statement: string): void {
    if (statement.trim() !== '') this.addSql(statement);
  }
}

const COLUMNS = `id, request_id, user_id, organisation_id, project_id, api_key_id, model_id, model_name, provider,
  endpoint, source, is_local, is_stream, input_tokens, output_tokens, cached_tokens, reasoning_tokens, estimated,
  input_price, output_price, bill, status, http_status, error_code, error_message, latency_ms, ttft_ms, request_ip,
  created_at`;

const BEFORE_COPY = `
alter table aigcspace.api_call_log rename to api_call_log_unpartitioned;
alter table aigcspace.api_call_log_unpartitioned
  drop constraint api_call_log_pkey,
  drop constraint api_call_log_request_id,
  drop constraint api_call_log_bill_not_negative;
drop index aigcspace.idx_api_call_log_user_id, aigcspace.idx_api_call_log_api_key_id,
  aigcspace.idx_api_call_log_model_id, aigcspace.idx_api_call_log_created_at, aigcspace.idx_api_call_log_is_local;

create table aigcspace.api_call_log (
  id bigint not null default nextval('aigcspace.api_call_log_id_seq'),
  request_id varchar(64) not null,
  user_id varchar(50) not null,
  organisation_id varchar(50) not null,
  project_id varchar(50) null,
  api_key_id int null,
  model_id int null,
  model_name varchar(255) not null,
  provider varchar(100) null,
  endpoint varchar(50) not null,
  source varchar(20) not null,
  is_local boolean not null default false,
  is_stream boolean not null default false,
  input_tokens int not null default 0,
  output_tokens int not null default 0,
  cached_tokens int not null default 0,
  reasoning_tokens int not null default 0,
  estimated boolean not null default false,
  input_price numeric(24,10) null,
  output_price numeric(24,10) null,
  bill numeric(24,10) not null default '0',
  status varchar(20) not null,
  http_status int not null,
  error_code varchar(60) null,
  error_message text null,
  latency_ms int null,
  ttft_ms int null,
  request_ip varchar(50) null,
  created_at timestamptz not null,
  constraint api_call_log_bill_not_negative check (bill >= 0 and bill <> 'NaN')
) partition by range (created_at);
alter sequence aigcspace.api_call_log_id_seq owned by aigcspace.api_call_log.id;
create table aigcspace.api_call_log_default partition of aigcspace.api_call_log default;
`;

/**
 * Makes the partition of a month of UTC, unless it exists, and moves into it what the default partition has of that
 * month. True: it was made now.
 */
const CREATE_PARTITION = `
create function aigcspace.create_call_log_partition(month timestamptz) returns boolean
language plpgsql set timezone to 'UTC' as $$
declare
  starts timestamptz := date_trunc('month', month);
  ends timestamptz := date_trunc('month', month) + interval '1 month';
  name text := 'api_call_log_' || to_char(starts, '"y"YYYY"m"MM');
begin
  if to_regclass('aigcspace.' || name) is not null then return false; end if;
  -- The default partition must not take rows of the month while they move.
  lock table aigcspace.api_call_log_default in access exclusive mode;
  if to_regclass('aigcspace.' || name) is not null then return false; end if;
  execute format('create table aigcspace.%I (like aigcspace.api_call_log including defaults including constraints)', name);
  execute format(
    'with moved as (
       delete from aigcspace.api_call_log_default where created_at >= %L and created_at < %L returning *
     ) insert into aigcspace.%I select * from moved', starts, ends, name);
  execute format(
    'alter table aigcspace.api_call_log attach partition aigcspace.%I for values from (%L) to (%L)', name, starts, ends);
  return true;
end $$
`;

/** Makes the partitions of a time's month and of the following ones. Returns how many were made now. */
const ENSURE_PARTITIONS = `
create function aigcspace.ensure_call_log_partitions(at timestamptz, months_ahead int) returns int
language plpgsql set timezone to 'UTC' as $$
declare
  made int := 0;
begin
  for ahead in 0..months_ahead loop
    if aigcspace.create_call_log_partition(date_trunc('month', at) + ahead * interval '1 month') then
      made := made + 1;
    end if;
  end loop;
  return made;
end $$
`;

/** Months longer ago than this, which only a wrong clock can have written, stay together in the default partition. */
const COPY = `
select aigcspace.create_call_log_partition(month) from (
  select distinct date_trunc('month', created_at, 'UTC') as month from aigcspace.api_call_log_unpartitioned
  where created_at > now() - interval '60 months' and created_at < now() + interval '2 months'
) months order by month;
select aigcspace.ensure_call_log_partitions(now(), 2);
insert into aigcspace.api_call_log (${COLUMNS}) select ${COLUMNS} from aigcspace.api_call_log_unpartitioned;
drop table aigcspace.api_call_log_unpartitioned;
alter table aigcspace.api_call_log add constraint api_call_log_pkey primary key (id, created_at);
alter table aigcspace.api_call_log add constraint api_call_log_request_id unique (request_id, created_at);
create index idx_api_call_log_user_id on aigcspace.api_call_log (user_id, created_at, id);
create index idx_api_call_log_api_key_id on aigcspace.api_call_log (api_key_id, created_at);
create index idx_api_call_log_model_name on aigcspace.api_call_log (model_name, created_at);
create index idx_api_call_log_created_at on aigcspace.api_call_log (created_at, id);
create index idx_api_call_log_is_local on aigcspace.api_call_log (created_at, id) where is_local;
create index idx_api_call_log_failed on aigcspace.api_call_log (created_at, id) where status = 'failed';
analyze aigcspace.api_call_log;
`;

/**
 * `rollup_folds` holds the sums of every hour before `folded_through` once more, in the few shapes that charts ask for.
 * The primary key of \`call_rollups\` begins with the hour, so its index on the hour alone bought nothing.
 */
const ROLLUPS = `
drop index aigcspace.call_rollups_hour;
create table aigcspace.rollup_folds (
  grain varchar(20) not null,
  starts_at timestamptz not null,
  user_id varchar(50) not null,
  organisation_id varchar(50) not null,
  api_key_id int not null,
  model_name varchar(255) not null,
  is_local boolean not null,
  calls int not null default 0,
  failed int not null default 0,
  input_tokens bigint not null default '0',
  output_tokens bigint not null default '0',
  cost numeric(24,10) not null default '0',
  latency_buckets jsonb not null default '{}',
  ttft_buckets jsonb not null default '{}',
  errors jsonb not null default '{}',
  primary key (grain, starts_at, user_id, organisation_id, api_key_id, model_name, is_local)
);
create index rollup_folds_user on aigcspace.rollup_folds (user_id, grain, starts_at);
create index rollup_folds_model on aigcspace.rollup_folds (model_name, grain, starts_at);
create table aigcspace.rollup_progress (
  id int not null,
  folded_through timestamptz not null,
  primary key (id)
);
insert into aigcspace.rollup_progress (id, folded_through)
  select 1, coalesce(min("hour"), '1970-01-01 00:00:00+00') from aigcspace.call_rollups;
create table aigcspace.job_runs (
  name varchar(50) not null,
  started_at timestamptz not null,
  finished_at timestamptz null,
  succeeded_at timestamptz null,
  error text null,
  primary key (name)
);
create index ledger_entries_not_usage on aigcspace.ledger_entries (account_id, id) where kind <> 'usage';
`;
