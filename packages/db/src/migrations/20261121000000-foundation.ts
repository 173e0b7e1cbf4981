import { Migration } from '@mikro-orm/migrations';

/** The tables of the first release. */
export class Foundation extends Migration {
  override name = '20261121000000-foundation';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
    this.addSql(LEDGER_IS_APPEND_ONLY);
    this.addSql(LEDGER_TRIGGER);
    this.addSql(PLATFORM_ORGANISATION);
    this.addSql(PLATFORM_ACCOUNT);
  }
}

const STATEMENTS = `
create schema if not exists aigcspace;

create table aigcspace.audit_log (
  id bigserial primary key,
  actor_user_id varchar(50) null,
  actor_kind varchar(20) not null,
  organisation_id varchar(50) null,
  action varchar(60) not null,
  target_type varchar(40) not null,
  target_id varchar(64) null,
  "before" jsonb null,
  "after" jsonb null,
  ip varchar(50) null,
  created_at timestamptz not null default now()
);
create index audit_log_created_at on aigcspace.audit_log (created_at);
create index audit_log_actor on aigcspace.audit_log (actor_user_id, created_at);

create table aigcspace.call_rollups (
  "hour" timestamptz not null,
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
  primary key (hour, user_id, organisation_id, api_key_id, model_name, is_local)
);
create index call_rollups_hour on aigcspace.call_rollups (hour);
create index call_rollups_user_hour on aigcspace.call_rollups (user_id, hour);

create table aigcspace.organisations (
  id varchar(50) not null,
  name varchar(100) not null,
  kind varchar(20) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);

create table aigcspace.accounts (
  id varchar(50) not null,
  organisation_id varchar(50) not null,
  balance numeric(24,10) not null default '0',
  held numeric(24,10) not null default '0',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
alter table aigcspace.accounts
  add constraint accounts_organisation_id_unique unique (organisation_id);
alter table aigcspace.accounts
  add constraint accounts_balance_not_negative
  check (balance >= 0 and balance <> 'NaN');
alter table aigcspace.accounts
  add constraint accounts_held_within_balance
  check (held >= 0 and held <> 'NaN' and held <= balance);

create table aigcspace.holds (
  request_id varchar(64) not null,
  account_id varchar(50) null,
  amount numeric(24,10) not null,
  instance_id varchar(50) not null,
  call jsonb not null,
  created_at timestamptz not null default now(),
  primary key (request_id)
);
create index holds_account_id_index on aigcspace.holds (account_id);
create index holds_instance_id_index on aigcspace.holds (instance_id);
alter table aigcspace.holds
  add constraint holds_amount_not_negative
  check (amount >= 0 and amount <> 'NaN');

create table aigcspace.projects (
  id varchar(50) not null,
  organisation_id varchar(50) not null,
  name varchar(100) not null,
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
create index projects_organisation_id_index on aigcspace.projects (organisation_id);
create unique index projects_one_default on aigcspace.projects (organisation_id) where is_default;

create table aigcspace.providers (
  id serial primary key,
  name varchar(100) not null,
  preset varchar(50) null,
  dialect varchar(50) not null,
  base_url varchar(500) not null,
  api_key text null,
  api_key_hint varchar(10) null,
  status varchar(20) not null default 'enabled',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table aigcspace.providers
  add constraint providers_name_unique unique (name);

create table aigcspace.settings (
  "key" varchar(100) not null,
  "value" jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (key)
);

create table aigcspace.users (
  id varchar(50) not null,
  email varchar(254) not null,
  name varchar(100) not null,
  password_hash text not null,
  role varchar(20) not null default 'user',
  status varchar(20) not null default 'active',
  locale varchar(10) null,
  theme varchar(10) null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
alter table aigcspace.users
  add constraint users_email_unique unique (email);

create table aigcspace.sessions (
  id varchar(64) not null,
  public_id varchar(50) not null,
  user_id varchar(50) not null,
  expires_at timestamptz not null,
  last_used_at timestamptz not null default now(),
  ip varchar(50) null,
  user_agent varchar(300) null,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table aigcspace.sessions
  add constraint sessions_public_id_unique unique (public_id);
create index sessions_user_id_index on aigcspace.sessions (user_id);

create table aigcspace.platform_api_key (
  id serial primary key,
  user_id varchar(50) not null,
  project_id varchar(50) not null,
  kind varchar(20) not null default 'model',
  api_key varchar(100) not null,
  pepper_id int not null,
  api_key_prefix varchar(20) not null,
  last_four varchar(4) not null,
  name varchar(100) not null,
  status varchar(20) not null default 'active',
  last_used_at timestamptz null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index platform_api_key_project_id_index on aigcspace.platform_api_key (project_id);
alter table aigcspace.platform_api_key
  add constraint platform_api_key_hash unique (api_key);
create index idx_platform_api_key_user_id on aigcspace.platform_api_key (user_id);
create index idx_platform_api_key_api_key on aigcspace.platform_api_key (api_key);
create index idx_platform_api_key_status on aigcspace.platform_api_key (status);

create table aigcspace.models (
  id serial primary key,
  title varchar(255) not null,
  description varchar(1000) not null default '',
  type varchar(20) not null default 'language',
  capabilities jsonb not null default '[]',
  is_local boolean not null default false,
  user_id varchar(50) null,
  base_url varchar(500) null,
  local_api_key text null,
  provider_id int null,
  upstream_model varchar(255) null,
  is_api_enabled boolean not null default false,
  context_length int null,
  max_output_tokens int null,
  input_price numeric(24,10) null,
  output_price numeric(24,10) null,
  last_test jsonb null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index models_provider_id_index on aigcspace.models (provider_id);
create index idx_models_is_local on aigcspace.models (is_local);
create index idx_models_user_id on aigcspace.models (user_id);
create unique index models_cloud_title on aigcspace.models (title) where not is_local;
create unique index models_local_title on aigcspace.models (user_id, title) where is_local;
alter table aigcspace.models
  add constraint models_local_or_cloud
  check ((is_local and user_id is not null and base_url is not null and provider_id is null) or (not is_local and user_id is null and provider_id is not null));
alter table aigcspace.models
  add constraint models_prices_not_negative
  check ((input_price is null or (input_price >= 0 and input_price <> 'NaN')) and (output_price is null or (output_price >= 0 and output_price <> 'NaN')));

create table aigcspace.memberships (
  organisation_id varchar(50) not null,
  user_id varchar(50) not null,
  role varchar(20) not null,
  created_at timestamptz not null default now(),
  primary key (organisation_id, user_id)
);
create index memberships_user_id_index on aigcspace.memberships (user_id);

create table aigcspace.ledger_entries (
  id bigserial primary key,
  account_id varchar(50) not null,
  kind varchar(20) not null,
  amount numeric(24,10) not null,
  balance_after numeric(24,10) not null,
  request_id varchar(64) null,
  actor_id varchar(50) null,
  note varchar(200) null,
  created_at timestamptz not null default now()
);
create index ledger_entries_account_id_id on aigcspace.ledger_entries (account_id, id);
create index ledger_entries_request_id on aigcspace.ledger_entries (request_id);
alter table aigcspace.ledger_entries
  add constraint ledger_entries_amount_is_a_number
  check (amount <> 'NaN' and balance_after <> 'NaN');

create table aigcspace.api_call_log (
  id bigserial primary key,
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
  created_at timestamptz not null
);
alter table aigcspace.api_call_log
  add constraint api_call_log_request_id unique (request_id);
create index idx_api_call_log_user_id on aigcspace.api_call_log (user_id, created_at, id);
create index idx_api_call_log_api_key_id on aigcspace.api_call_log (api_key_id, created_at);
create index idx_api_call_log_model_id on aigcspace.api_call_log (model_id, created_at);
create index idx_api_call_log_created_at on aigcspace.api_call_log (created_at, id);
create index idx_api_call_log_is_local on aigcspace.api_call_log (is_local);
alter table aigcspace.api_call_log
  add constraint api_call_log_bill_not_negative
  check (bill >= 0 and bill <> 'NaN');
alter table aigcspace.accounts
  add constraint accounts_organisation_id_foreign
  foreign key (organisation_id) references aigcspace.organisations (id) on delete restrict;
alter table aigcspace.holds
  add constraint holds_account_id_foreign
  foreign key (account_id) references aigcspace.accounts (id) on delete restrict;
alter table aigcspace.projects
  add constraint projects_organisation_id_foreign
  foreign key (organisation_id) references aigcspace.organisations (id) on delete cascade;
alter table aigcspace.sessions
  add constraint sessions_user_id_foreign
  foreign key (user_id) references aigcspace.users (id) on delete cascade;
alter table aigcspace.platform_api_key
  add constraint platform_api_key_user_id_foreign
  foreign key (user_id) references aigcspace.users (id) on delete cascade;
alter table aigcspace.platform_api_key
  add constraint platform_api_key_project_id_foreign
  foreign key (project_id) references aigcspace.projects (id) on delete cascade;
alter table aigcspace.models
  add constraint models_user_id_foreign
  foreign key (user_id) references aigcspace.users (id) on delete cascade;
alter table aigcspace.models
  add constraint models_provider_id_foreign
  foreign key (provider_id) references aigcspace.providers (id) on delete cascade;
alter table aigcspace.memberships
  add constraint memberships_organisation_id_foreign
  foreign key (organisation_id) references aigcspace.organisations (id) on update cascade on delete cascade;
alter table aigcspace.memberships
  add constraint memberships_user_id_foreign
  foreign key (user_id) references aigcspace.users (id) on update cascade on delete cascade;
alter table aigcspace.ledger_entries
  add constraint ledger_entries_account_id_foreign
  foreign key (account_id) references aigcspace.accounts (id) on delete restrict;
alter table aigcspace.ledger_entries
  add constraint ledger_entries_actor_id_foreign
  foreign key (actor_id) references aigcspace.users (id) on delete set null;
alter table aigcspace.api_call_log
  add constraint api_call_log_user_id_foreign
  foreign key (user_id) references aigcspace.users (id) on delete cascade;
alter table aigcspace.api_call_log
  add constraint api_call_log_organisation_id_foreign
  foreign key (organisation_id) references aigcspace.organisations (id) on delete cascade;
alter table aigcspace.api_call_log
  add constraint api_call_log_project_id_foreign
  foreign key (project_id) references aigcspace.projects (id) on delete set null;
alter table aigcspace.api_call_log
  add constraint api_call_log_api_key_id_foreign
  foreign key (api_key_id) references aigcspace.platform_api_key (id) on delete set null;
alter table aigcspace.api_call_log
  add constraint api_call_log_model_id_foreign
  foreign key (model_id) references aigcspace.models (id) on delete set null;
`;

const LEDGER_IS_APPEND_ONLY = `
create function aigcspace.refuse_ledger_change() returns trigger language plpgsql as $$
begin
  -- Removing a user only clears who made an entry; everything else about it is final.
  if tg_op = 'UPDATE' and (to_jsonb(old) - 'actor_id') = (to_jsonb(new) - 'actor_id') and new.actor_id is null then
    return new;
  end if;
  raise exception 'ledger entries are append-only';
end $$
`;

const LEDGER_TRIGGER = `
create trigger ledger_entries_append_only before update or delete on aigcspace.ledger_entries
  for each row execute function aigcspace.refuse_ledger_change()
`;

const PLATFORM_ORGANISATION = `
insert into aigcspace.organisations (id, name, kind) values ('org_platform', 'Platform', 'platform')
`;

/** Bears what could not be collected: its balance is the sum of the `uncollected` entries. */
const PLATFORM_ACCOUNT = `
insert into aigcspace.accounts (id, organisation_id) values ('acc_platform', 'org_platform')
`;
