import { Migration } from '@mikro-orm/migrations';

/** The audit log is read in pages by time and id, of everybody, one actor, one action or one target. */
export class AuditLogOrder extends Migration {
  override name = '20261121120000-audit-log-order';

  override up(): void {
    for (const statement of STATEMENTS.split(/;\n/)) {
      if (statement.trim() !== '') this.addSql(statement);
    }
  }
}

const STATEMENTS = `
create index audit_log_order on aigcspace.audit_log (created_at, id);
drop index aigcspace.audit_log_created_at;
create index audit_log_actor_order on aigcspace.audit_log (actor_user_id, created_at, id);
drop index aigcspace.audit_log_actor;
create index audit_log_action_order on aigcspace.audit_log (action, created_at, id);
create index audit_log_target_order on aigcspace.audit_log (target_type, target_id, created_at, id);
`;
