import { Migration } from '@mikro-orm/migrations';

/**
 * One tree of the call log less, which every call was entered into: the primary key takes the order in which the log
 * is read, and ids, which ascend with the rows, are found by block ranges. Several intervals are kept for each range,
 * because rows of a deleted key and of a deleted period's place lie among others.
 */
export class LogIdsByRange extends Migration {
  override name = '20261121190000-log-ids-by-range';

  override up(): void {
    this.addSql('drop index aigcspace.idx_api_call_log_created_at');
    this.addSql(
      `alter table aigcspace.api_call_log drop constraint api_call_log_pkey,
         add constraint api_call_log_pkey primary key (created_at, id)`,
    );
    this.addSql(
      `create index idx_api_call_log_id on aigcspace.api_call_log using brin (id int8_minmax_multi_ops)
         with (pages_per_range = 32, autosummarize = on)`,
    );
  }
}
