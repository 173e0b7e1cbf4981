import { Migration } from '@mikro-orm/migrations';

/** Limits, budgets and rotation of keys, limits of users and models, and the feed that tells readers what changed. */
export class ChangeFeedAndLimits extends Migration {
  override name = '20261121020000-change-feed-and-limits';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
    for (const table of ['platform_api_key', 'users', 'models']) this.addSql(limitsCheck(table));
    for (const routine of ROUTINES) this.addSql(routine);
    this.addSql(`create trigger tell_listeners after insert on aigcspace.changes
      for each statement execute function aigcspace.tell_listeners()`);
    for (const source of SOURCES) for (const trigger of triggersOf(source)) this.addSql(trigger);
  }
}

const STATEMENTS = `
alter table aigcspace.platform_api_key
  add column expires_at timestamptz null,
  add column allowed_models jsonb null,
  add column allowed_ips jsonb null,
  add column rpm_limit int null,
  add column tpm_limit int null,
  add column concurrency_limit int null,
  add column budget numeric(24,10) null,
  add column budget_period varchar(10) null,
  add column previous_api_key varchar(100) null,
  add column previous_valid_until timestamptz null;
alter table aigcspace.platform_api_key
  add constraint platform_api_key_previous_hash unique (previous_api_key);
alter table aigcspace.platform_api_key
  add constraint platform_api_key_budget
  check ((budget is null and budget_period is null) or (budget > 0 and budget <> 'NaN' and budget_period in ('day', 'week', 'month', 'total')));
alter table aigcspace.platform_api_key
  add constraint platform_api_key_previous
  check ((previous_api_key is null) = (previous_valid_until is null));
alter table aigcspace.users
  add column rpm_limit int null,
  add column tpm_limit int null,
  add column concurrency_limit int null;
alter table aigcspace.models
  add column rpm_limit int null,
  add column tpm_limit int null,
  add column concurrency_limit int null;

create table aigcspace.changes (
  id bigserial primary key,
  xid xid8 not null default pg_current_xact_id(),
  kind varchar(20) not null,
  ref varchar(100) not null,
  at timestamptz not null default now()
);
create index changes_xid on aigcspace.changes (xid);
`;

const limitsCheck = (table: string): string => `
alter table aigcspace.${table}
  add constraint ${table}_limits_positive
  check ((rpm_limit is null or rpm_limit > 0) and (tpm_limit is null or tpm_limit > 0) and (concurrency_limit is null or concurrency_limit > 0))`;

/**
 * Inserts and deletes are told once per statement, from its transition tables. Updates are told per row, because
 * only row triggers can be bound to columns and a condition: what is written with every call (`last_used_at`,
 * balances, test results) starts none. TG_ARGV: kind, column of the reference.
 */
const ROUTINES = [
  `create function aigcspace.tell_inserted() returns trigger language plpgsql as $$
   begin
     execute format('insert into aigcspace.changes (kind, ref) select distinct %L, %I::text from changed_rows',
       tg_argv[0], tg_argv[1]);
     return null;
   end $$`,
  `create function aigcspace.tell_updated() returns trigger language plpgsql as $$
   begin
     insert into aigcspace.changes (kind, ref) values (tg_argv[0], to_jsonb(new) ->> tg_argv[1]);
     return null;
   end $$`,
  `create function aigcspace.tell_truncated() returns trigger language plpgsql as $$
   begin
     insert into aigcspace.changes (kind, ref) values ('all', tg_table_name);
     return null;
   end $$`,
  // Equal notifications of one transaction are sent once.
  `create function aigcspace.tell_listeners() returns trigger language plpgsql as $$
   begin
     perform pg_notify('aigc_changes', '');
     return null;
   end $$`,
];

interface Source {
  table: string;
  kind: string;
  /** The column that says what to read again. */
  ref: string;
  /** Updates of these columns count. */
  columns: string[];
}

const LIMITS = ['rpm_limit', 'tpm_limit', 'concurrency_limit'];

const SOURCES: Source[] = [
  {
    table: 'platform_api_key',
    kind: 'key',
    ref: 'id',
    columns: [
      'user_id',
      'project_id',
      'kind',
      'api_key',
      'status',
      'expires_at',
      'allowed_models',
      'allowed_ips',

      'budget',
      'budget_period',
      'previous_api_key',
      'previous_valid_until',
      ...LIMITS,
    ],
  },
  { table: 'users', kind: 'user', ref: 'id', columns: ['status', ...LIMITS] },
  {
    table: 'models',
    kind: 'model',
    ref: 'id',
    columns: [
      'title',
      'type',
      'capabilities',
      'is_local',
      'user_id',
      'base_url',
      'local_api_key',
      'provider_id',
      'upstream_model',
      'is_api_enabled',
      'context_length',
      'max_output_tokens',
      'input_price',
      'output_price',
      'created_at',
      ...LIMITS,
    ],
  },
  {
    table: 'providers',
    kind: 'provider',
    ref: 'id',
    columns: ['name', 'dialect', 'base_url', 'api_key', 'status'],
  },
  { table: 'settings', kind: 'setting', ref: 'key', columns: ['value'] },
  { table: 'projects', kind: 'organisation', ref: 'organisation_id', columns: ['organisation_id'] },
  { table: 'accounts', kind: 'organisation', ref: 'organisation_id', columns: ['organisation_id'] },
];

function triggersOf({ table, kind, ref, columns }: Source): string[] {
  const named = columns.map((column) => `"${column}"`);
  const differs = columns.map((column) => `old."${column}" is distinct from new."${column}"`).join(' or ');
  const args = `('${kind}', '${ref}')`;
  return [
    `create trigger tell_inserted after insert on aigcspace.${table} referencing new table as changed_rows
       for each statement execute function aigcspace.tell_inserted${args}`,
    `create trigger tell_deleted after delete on aigcspace.${table} referencing old table as changed_rows
       for each statement execute function aigcspace.tell_inserted${args}`,
    `create trigger tell_updated after update of ${named.join(', ')} on aigcspace.${table}
       for each row when (${differs}) execute function aigcspace.tell_updated${args}`,
    `create trigger tell_truncated after truncate on aigcspace.${table}
       for each statement execute function aigcspace.tell_truncated()`,
  ];
}
