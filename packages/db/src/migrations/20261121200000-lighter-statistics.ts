import { Migration } from '@mikro-orm/migrations';

/**
 * What PostgreSQL knows of the log's and the ledger's columns, for its plans, was gathered from a sample each time a table
 * had grown by a tenth: once a minute under load, half a second of CPU time for the log alone. Now it is when it has grown
 * by half, and of columns that nothing is looked up by, nothing is gathered. How many values a column is known by stays:
 * a page of a model that nobody calls is short work only because all others are known.
 */
export class LighterStatistics extends Migration {
  override name = '20261121200000-lighter-statistics';

  override up(): void {
    this.addSql(SET_STATISTICS);
    this.addSql(CREATE_PARTITION);
    this.addSql(
      `select aigcspace.set_call_log_statistics(inhrelid::regclass) from pg_inherits
       where inhparent = 'aigcspace.api_call_log'::regclass`,
    );
    this.addSql(
      `alter table aigcspace.ledger_entries
         alter column amount set statistics 0, alter column balance_after set statistics 0,
         alter column actor_id set statistics 0, alter column note set statistics 0,
         set (autovacuum_analyze_scale_factor = 0.5)`,
    );
  }
}

/** A new partition takes columns and checks of the log, but not these. */
const SET_STATISTICS = `
create function aigcspace.set_call_log_statistics(part regclass) returns void
language plpgsql as $$
declare
  unsearched text[] := '{endpoint,source,is_stream,input_tokens,output_tokens,cached_tokens,reasoning_tokens,estimated,usage_details,input_price,output_price,extra_prices,bill,http_status,error_message,latency_ms,ttft_ms,request_ip,answered_by,attempts}';
begin
  execute format('alter table %s set (autovacuum_analyze_scale_factor = 0.5), %s', part, (
    select string_agg(format('alter column %I set statistics 0', unsearched_column), ', ')
    from unnest(unsearched) unsearched_column));
end $$
`;

/** As before, and with its statistics set. */
const CREATE_PARTITION = `
alter function aigcspace.create_call_log_partition(timestamptz) rename to attach_call_log_partition;
create function aigcspace.create_call_log_partition(month timestamptz) returns boolean
language plpgsql set timezone to 'UTC' as $$
begin
  if not aigcspace.attach_call_log_partition(month) then return false; end if;
  perform aigcspace.set_call_log_statistics(
    format('aigcspace.%I', 'api_call_log_' || to_char(month, '"y"YYYY"m"MM'))::regclass);
  return true;
end $$
`;
