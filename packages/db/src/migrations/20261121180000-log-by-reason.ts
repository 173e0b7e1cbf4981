import { Migration } from '@mikro-orm/migrations';

/** The call log is read in pages by why calls failed; a rare reason must not be looked for in every row. */
export class LogByReason extends Migration {
  override name = '20261121180000-log-by-reason';

  override up(): void {
    this.addSql(
      `create index idx_api_call_log_error_code on aigcspace.api_call_log (error_code, created_at, id)
       where error_code is not null`,
    );
  }
}
