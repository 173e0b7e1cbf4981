import { Migration } from '@mikro-orm/migrations';

/** A price of its own for what is written to an upstream's cache for an hour, which costs more than for minutes. */
export class HourCacheWrites extends Migration {
  override name = '20261121150000-hour-cache-writes';

  override up(): void {
    this.addSql('alter table aigcspace.models add column cache_write_hour_price numeric(24,10) null');
    this.addSql('alter table aigcspace.models drop constraint models_extra_prices_not_negative');
    this.addSql(
      `alter table aigcspace.models add constraint models_extra_prices_not_negative check (${CHECK_PRICES})`,
    );
    this.addSql(`create trigger tell_repriced_hour after update of cache_write_hour_price on aigcspace.models
      for each row when (old.cache_write_hour_price is distinct from new.cache_write_hour_price)
      execute function aigcspace.tell_updated('model', 'id')`);
    this.addSql(BILL_OF);
  }
}

const CHECK_PRICES = [
  'cached_input_price',
  'cache_write_price',
  'cache_write_hour_price',
  'audio_input_price',
  'audio_output_price',
  'image_price',
  'call_price',
  'audio_second_price',
  'duration_price',
  'character_price',
]
  .map((name) => `(${name} is null or (${name} >= 0 and ${name} <> 'NaN'))`)
  .join(' and ');

/**
 * As before, and of what was written to the cache the part that was written for an hour, at its own price or that of
 * all such tokens.
 */
const BILL_OF = `
create or replace function aigcspace.bill_of(
  input_tokens int, output_tokens int, cached_tokens int, details jsonb,
  input_price numeric, output_price numeric, extras jsonb
) returns numeric language sql immutable parallel safe as $$
  select coalesce(round((
      (input_tokens - p.cached - p.written - p.heard) * input_price
      + p.cached * coalesce((extras ->> 'cached_input_price')::numeric, input_price)
      + (p.written - p.long) * coalesce((extras ->> 'cache_write_price')::numeric, input_price)
      + p.long * coalesce((extras ->> 'cache_write_hour_price')::numeric, (extras ->> 'cache_write_price')::numeric, input_price)
      + p.heard * coalesce((extras ->> 'audio_input_price')::numeric, input_price)
      + (output_tokens - p.spoken) * output_price
      + p.spoken * coalesce((extras ->> 'audio_output_price')::numeric, output_price)
      + coalesce((details ->> 'characters')::bigint * (extras ->> 'character_price')::numeric, 0)
    ) / 1000000
    + coalesce((details ->> 'images')::bigint * (extras ->> 'image_price')::numeric, 0)
    + coalesce((details ->> 'calls')::bigint * (extras ->> 'call_price')::numeric, 0)
    + coalesce((details ->> 'audioSeconds')::bigint * (extras ->> 'audio_second_price')::numeric, 0)
    + coalesce((details ->> 'durationSeconds')::bigint * (extras ->> 'duration_price')::numeric, 0)
  , 10), 0)
  from (select least(cached_tokens, input_tokens) as cached) c,
    lateral (select c.cached,
      least(coalesce((details ->> 'cacheWriteTokens')::bigint, 0), input_tokens - c.cached) as written) w,
    lateral (select w.cached, w.written,
      least(coalesce((details ->> 'cacheWriteHourTokens')::bigint, 0), w.written) as long,
      least(coalesce((details ->> 'audioInputTokens')::bigint, 0), input_tokens - w.cached - w.written) as heard,
      least(coalesce((details ->> 'audioOutputTokens')::bigint, 0), output_tokens) as spoken) p
$$`;
