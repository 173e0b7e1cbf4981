import { Migration } from '@mikro-orm/migrations';

/** Users' own keys for providers, strict parameters of platform keys, and what models were seen to do. */
export class OwnProviderKeys extends Migration {
  override name = '20261121090000-own-provider-keys';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
  }
}

/*
 * An own key is kept with its user in every process's memory, so a change of one is told as a change of its user.
 * `tell_inserted`, `tell_updated` and `tell_truncated` are the feed's own routines.
 */
const STATEMENTS = `
create table aigcspace.own_provider_keys (
  id serial primary key,
  user_id varchar(50) not null,
  provider_id int not null,
  api_key text not null,
  api_key_hint varchar(10) null,
  origin varchar(500) not null,
  is_used boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint own_provider_keys_user_id_foreign
    foreign key (user_id) references aigcspace.users (id) on delete cascade,
  constraint own_provider_keys_provider_id_foreign
    foreign key (provider_id) references aigcspace.providers (id) on delete cascade,
  constraint own_provider_keys_user_provider unique (user_id, provider_id)
);
create index own_provider_keys_provider_id_index on aigcspace.own_provider_keys (provider_id);
create trigger tell_inserted after insert on aigcspace.own_provider_keys referencing new table as changed_rows
  for each statement execute function aigcspace.tell_inserted('user', 'user_id');
create trigger tell_deleted after delete on aigcspace.own_provider_keys referencing old table as changed_rows
  for each statement execute function aigcspace.tell_inserted('user', 'user_id');
create trigger tell_updated after update of "api_key", "origin", "is_used" on aigcspace.own_provider_keys
  for each row when (old."api_key" is distinct from new."api_key" or old."origin" is distinct from new."origin"
    or old."is_used" is distinct from new."is_used")
  execute function aigcspace.tell_updated('user', 'user_id');
create trigger tell_truncated after truncate on aigcspace.own_provider_keys
  for each statement execute function aigcspace.tell_truncated();

alter table aigcspace.api_call_log add column is_own_key boolean not null default false;
create index idx_api_call_log_own_key on aigcspace.api_call_log (created_at, id) where is_own_key;

alter table aigcspace.platform_api_key add column strict_parameters boolean not null default false;
create trigger tell_strictness after update of "strict_parameters" on aigcspace.platform_api_key
  for each row when (old."strict_parameters" is distinct from new."strict_parameters")
  execute function aigcspace.tell_updated('key', 'id');

alter table aigcspace.models add column conformance jsonb null;
`;
