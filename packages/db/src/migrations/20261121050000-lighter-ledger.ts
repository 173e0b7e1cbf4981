import { Migration } from '@mikro-orm/migrations';

/**
 * Finds a call's ledger entries by block ranges: ids of calls begin with their time, so that entries lie in their order,
 * and a tree of every id cost each call more than the few looks into it are worth.
 */
export class LighterLedger extends Migration {
  override name = '20261121050000-lighter-ledger';

  override up(): void {
    this.addSql('drop index aigcspace.ledger_entries_request_id');
    this.addSql(
      `create index ledger_entries_request_id on aigcspace.ledger_entries using brin (request_id)
         with (pages_per_range = 32, autosummarize = on)`,
    );
  }
}
