import { Migration } from '@mikro-orm/migrations';

/** What calls asked and were answered, while an administrator has it kept; sealed, and deleted by a job. */
export class CallBodies extends Migration {
  override name = '20261121110000-call-bodies';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
  }
}

/*
 * Rows come in the order of time and go in that order, so a block range index finds the old ones at next to no cost.
 * Sealed text cannot be compressed: the database should not try.
 */
const STATEMENTS = `
create table aigcspace.call_bodies (
  request_id varchar(64) not null,
  user_id varchar(50) not null,
  api_key_id int null,
  sealed text null,
  created_at timestamptz not null,
  constraint call_bodies_pkey primary key (request_id)
);
alter table aigcspace.call_bodies alter column sealed set storage external;
create index call_bodies_user_id_index on aigcspace.call_bodies (user_id);
create index call_bodies_api_key_id_index on aigcspace.call_bodies (api_key_id);
create index call_bodies_created_at on aigcspace.call_bodies using brin (created_at)
  with (pages_per_range = 16, autosummarize = on);
`;
