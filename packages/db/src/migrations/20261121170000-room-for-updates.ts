import { Migration } from '@mikro-orm/migrations';

/**
 * Leaves room in the pages of rows that are changed again and again. A row whose next version finds no room beside it
 * gets an entry in every index of its table, and the dead ones are looked for each time; the sums of the running
 * hour cost twice as much that way. Only new pages are made so: the tables are not written anew.
 */
export class RoomForUpdates extends Migration {
  override name = '20261121170000-room-for-updates';

  override up(): void {
    // Nearly every sum of a page gets a new version with each batch of calls.
    this.addSql('alter table aigcspace.call_rollups set (fillfactor = 50)');
    // Of the keys in a page, a few are in use.
    this.addSql('alter table aigcspace.platform_api_key set (fillfactor = 85)');
  }
}
