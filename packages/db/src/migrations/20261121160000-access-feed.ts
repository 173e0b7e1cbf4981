import { Migration } from '@mikro-orm/migrations';

/** Tells every process whose access has changed, whoever changes it, so that nobody listens with an access they had. */
export class AccessFeed extends Migration {
  override name = '20261121160000-access-feed';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

/** TG_ARGV: the column that says whose access it was. Equal notifications of one transaction are sent once. */
const STATEMENTS = [
  `create function aigcspace.tell_access() returns trigger language plpgsql as $$
   begin
     perform pg_notify('aigc_access', to_jsonb(old) ->> tg_argv[0]);
     return null;
   end $$`,
  `create trigger access_changed after update of role, status on aigcspace.users
     for each row when (old.role is distinct from new.role or old.status is distinct from new.status)
     execute function aigcspace.tell_access('id')`,
  `create trigger access_ended after delete on aigcspace.sessions
     for each row execute function aigcspace.tell_access('user_id')`,
  `create trigger access_changed after update of status on aigcspace.platform_api_key
     for each row when (old.kind = 'management' and old.status is distinct from new.status)
     execute function aigcspace.tell_access('user_id')`,
  `create trigger access_ended after delete on aigcspace.platform_api_key
     for each row when (old.kind = 'management') execute function aigcspace.tell_access('user_id')`,
];
