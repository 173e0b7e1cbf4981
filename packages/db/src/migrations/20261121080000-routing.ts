import { Migration } from '@mikro-orm/migrations';

/** Several upstreams, aliases and fallbacks of a model, and the attempts of each call in the log. */
export class Routing extends Migration {
  override name = '20261121080000-routing';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
    this.addSql(CHECK_NAMES);
    this.addSql(`create trigger check_names before insert or update of title on aigcspace.models
      for each row when (not new.is_local) execute function aigcspace.check_model_names('title')`);
    this.addSql(`create trigger check_names before insert or update of alias on aigcspace.model_aliases
      for each row execute function aigcspace.check_model_names('alias')`);
    for (const table of ['model_upstreams', 'model_aliases', 'model_fallbacks']) {
      for (const trigger of feedTriggers(table)) this.addSql(trigger);
    }
    this
      .addSql(`create trigger tell_rerouted after update of ${ROUTING_COLUMNS.join(', ')} on aigcspace.models
      for each row when (${ROUTING_COLUMNS.map((name) => `old.${name} is distinct from new.${name}`).join(' or ')})
      execute function aigcspace.tell_updated('model', 'id')`);
  }
}

const ROUTING_COLUMNS = [
  'strategy',
  'upstream_priority',
  'upstream_weight',
  'is_upstream_enabled',
  'upstream_input_cost',
  'upstream_output_cost',
];

const STATEMENTS = `
alter table aigcspace.models
  add column strategy varchar(20) not null default 'priority',
  add column upstream_priority int not null default 0,
  add column upstream_weight int not null default 1,
  add column is_upstream_enabled boolean not null default true,
  add column upstream_input_cost numeric(24,10) null,
  add column upstream_output_cost numeric(24,10) null;
alter table aigcspace.models
  add constraint models_routing
  check (strategy in ('priority', 'weighted', 'lowest_latency', 'lowest_price') and upstream_priority >= 0 and upstream_weight > 0 and (upstream_input_cost is null or (upstream_input_cost >= 0 and upstream_input_cost <> 'NaN')) and (upstream_output_cost is null or (upstream_output_cost >= 0 and upstream_output_cost <> 'NaN')));
create table aigcspace.model_upstreams (
  id serial primary key,
  model_id int not null,
  provider_id int not null,
  upstream_model varchar(255) not null,
  priority int not null default 0,
  weight int not null default 1,
  is_enabled boolean not null default true,
  input_cost numeric(24,10) null,
  output_cost numeric(24,10) null,
  last_test jsonb null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint model_upstreams_routing
    check (priority >= 0 and weight > 0 and (input_cost is null or (input_cost >= 0 and input_cost <> 'NaN')) and (output_cost is null or (output_cost >= 0 and output_cost <> 'NaN')))
);
alter table aigcspace.model_upstreams
  add constraint model_upstreams_once unique (model_id, provider_id, upstream_model);
create index model_upstreams_provider_id_index on aigcspace.model_upstreams (provider_id);
alter table aigcspace.model_upstreams
  add constraint model_upstreams_model_id_foreign
  foreign key (model_id) references aigcspace.models (id) on delete cascade;
alter table aigcspace.model_upstreams
  add constraint model_upstreams_provider_id_foreign
  foreign key (provider_id) references aigcspace.providers (id) on delete cascade;
create table aigcspace.model_aliases (
  alias varchar(255) not null,
  model_id int not null,
  constraint model_aliases_pkey primary key (alias)
);
create index model_aliases_model_id_index on aigcspace.model_aliases (model_id);
alter table aigcspace.model_aliases
  add constraint model_aliases_model_id_foreign
  foreign key (model_id) references aigcspace.models (id) on delete cascade;
create table aigcspace.model_fallbacks (
  model_id int not null,
  fallback_id int not null,
  position int not null,
  constraint model_fallbacks_pkey primary key (model_id, fallback_id),
  constraint model_fallbacks_not_itself check (model_id <> fallback_id)
);
create index model_fallbacks_fallback_id_index on aigcspace.model_fallbacks (fallback_id);
alter table aigcspace.model_fallbacks
  add constraint model_fallbacks_model_id_foreign
  foreign key (model_id) references aigcspace.models (id) on update cascade on delete cascade;
alter table aigcspace.model_fallbacks
  add constraint model_fallbacks_fallback_id_foreign
  foreign key (fallback_id) references aigcspace.models (id) on update cascade on delete cascade;
alter table aigcspace.providers
  add column last_check jsonb null;
alter table aigcspace.api_call_log
  add column answered_by varchar(255) null,
  add column attempts jsonb null;
`;

/**
 * One name means one cloud model, whether it is a title or an alias: two tables, so no index can say it. Whoever
 * names something waits for the others who do.
 */
const CHECK_NAMES = `
create function aigcspace.check_model_names() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('aigc-model-names'));
  if tg_argv[0] = 'title' then
    if exists (select 1 from aigcspace.model_aliases where alias = new.title) then
      raise unique_violation using constraint = 'models_title_not_alias', message = 'the title is an alias';
    end if;
  elsif exists (select 1 from aigcspace.models where title = new.alias and not is_local) then
    raise unique_violation using constraint = 'model_aliases_not_title', message = 'the alias is a title';
  end if;
  return new;
end $$`;

/** What changes of a model's routing is told as a change of the model. */
function feedTriggers(table: string): string[] {
  const args = "('model', 'model_id')";
  return [
    `create trigger tell_inserted after insert on aigcspace.${table} referencing new table as changed_rows
       for each statement execute function aigcspace.tell_inserted${args}`,
    `create trigger tell_deleted after delete on aigcspace.${table} referencing old table as changed_rows
       for each statement execute function aigcspace.tell_inserted${args}`,
    `create trigger tell_updated after update on aigcspace.${table}
       for each row when (${DIFFERS[table] ?? 'true'}) execute function aigcspace.tell_updated${args}`,
    `create trigger tell_truncated after truncate on aigcspace.${table}
       for each statement execute function aigcspace.tell_truncated()`,
  ];
}

/** Results of tests are written beside what they are about and change no route. */
const DIFFERS: Readonly<Record<string, string>> = {
  model_upstreams: [
    'provider_id',
    'upstream_model',
    'priority',
    'weight',
    'is_enabled',
    'input_cost',
    'output_cost',
  ]
    .map((name) => `old.${name} is distinct from new.${name}`)
    .join(' or '),
};
