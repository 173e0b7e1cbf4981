import { Migration } from '@mikro-orm/migrations';

/** What a provider's dialect wants to know beside address and key, such as a region or an API version. */
export class ProviderSettings extends Migration {
  override name = '20261121070000-provider-settings';

  override up(): void {
    this.addSql("alter table aigcspace.providers add column settings jsonb not null default '{}'");
    this.addSql(`alter table aigcspace.providers
      add constraint providers_settings_object check (jsonb_typeof(settings) = 'object')`);
    this.addSql(`create trigger tell_set_up after update of settings on aigcspace.providers
      for each row when (old.settings is distinct from new.settings)
      execute function aigcspace.tell_updated('provider', 'id')`);
  }
}
