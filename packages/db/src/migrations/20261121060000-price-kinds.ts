import { Migration } from '@mikro-orm/migrations';

/** Prices beside those of input and output, and what calls used of what they are for. */
export class PriceKinds extends Migration {
  override name = '20261121060000-price-kinds';

  override up(): void {
    const columns = PRICES.map((name) => `add column ${name} numeric(24,10) null`).join(', ');
    this.addSql(`alter table aigcspace.models ${columns}`);
    this.addSql(
      `alter table aigcspace.models add constraint models_extra_prices_not_negative check (${CHECK_PRICES})`,
    );
    const differs = PRICES.map((name) => `old.${name} is distinct from new.${name}`).join(' or ');
    this.addSql(`create trigger tell_repriced after update of ${PRICES.join(', ')} on aigcspace.models
      for each row when (${differs}) execute function aigcspace.tell_updated('model', 'id')`);
    // Null for nearly every call, and then without cost: no row is written anew.
    this.addSql(`alter table aigcspace.api_call_log
      add column usage_details jsonb null, add column extra_prices jsonb null`);
    this.addSql(BILL_OF);
  }
}

const PRICES = [
  'cached_input_price',
  'cache_write_price',
  'audio_input_price',
  'audio_output_price',
  'image_price',
  'call_price',
  'audio_second_price',
  'duration_price',
  'character_price',
];

const CHECK_PRICES = PRICES.map((name) => `(${name} is null or (${name} >= 0 and ${name} <> 'NaN'))`).join(
  ' and ',
);

/**
 * The bill that a row of the log must have, by what is stored with it. Each token is counted once: as cached, else as
 * written to the cache, else as audio, else as plain.
 */
const BILL_OF = `
create function aigcspace.bill_of(
  input_tokens int, output_tokens int, cached_tokens int, details jsonb,
  input_price numeric, output_price numeric, extras jsonb
) returns numeric language sql immutable parallel safe as $$
  select coalesce(round((
      (input_tokens - p.cached - p.written - p.heard) * input_price
      + p.cached * coalesce((extras ->> 'cached_input_price')::numeric, input_price)
      + p.written * coalesce((extras ->> 'cache_write_price')::numeric, input_price)
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
      least(coalesce((details ->> 'audioInputTokens')::bigint, 0), input_tokens - w.cached - w.written) as heard,
      least(coalesce((details ->> 'audioOutputTokens')::bigint, 0), output_tokens) as spoken) p
$$`;
