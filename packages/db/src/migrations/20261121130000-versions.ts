import { Migration } from '@mikro-orm/migrations';

/** Versions of what several people edit: a change that was made from an older one is refused. */
export class Versions extends Migration {
  override name = '20261121130000-versions';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
  }
}

/* With a constant default no table is written anew. A setting's version is of all settings together. */
const STATEMENTS = `
alter table aigcspace.providers add column version int not null default 1;
alter table aigcspace.models add column version int not null default 1;
alter table aigcspace.models add column routing_version int not null default 1;
alter table aigcspace.platform_api_key add column version int not null default 1;
alter table aigcspace.users add column version int not null default 1;
alter table aigcspace.settings add column version int not null default 0;
`;
