import { Migration } from '@mikro-orm/migrations';

/**
 * Folded sums by the hour of everyone and of each user, from which charts of latency are read in any zone. All hours
 * are folded anew by the job; until it has come to one, its sums are read from those that are written with the calls.
 */
export class HourlyFolds extends Migration {
  override name = '20261121140000-hourly-folds';

  override up(): void {
    this.addSql('truncate aigcspace.rollup_folds');
    this.addSql(
      `update aigcspace.rollup_progress
       set folded_through = (select coalesce(min("hour"), '1970-01-01 00:00:00+00') from aigcspace.call_rollups)`,
    );
  }
}
