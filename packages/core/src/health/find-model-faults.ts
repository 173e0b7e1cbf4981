import type { EntityManager } from '@mikro-orm/postgresql';
import { EXTRA_PRICES, isPriced, type ExtraPrice } from '@aigc/shared/price-kinds';
import type { ModelType } from '@aigc/shared/schemas/models';
import { readSettings } from '../settings/settings.ts';

/** Cloud models by title that the catalogue offers and that cannot be called. */
export interface ModelFaults {
  /** How many are open to the API. */
  enabled: number;
  /** Open to the API without the prices it needs: refused. */
  unpriced: string[];
  /** Open to the API while their provider is switched off. */
  ofDisabledProviders: string[];
  /** Roles whose active model is none, or is not open to the API: calls without `model` are refused. */
  inactiveRoles: ('language' | 'vision')[];
}

interface Row extends Record<ExtraPrice, string | null> {
  id: number;
  title: string;
  type: ModelType;
  input_price: string | null;
  output_price: string | null;
  provider_status: string;
}

export async function findModelFaults(em: EntityManager): Promise<ModelFaults> {
  const rows = await em.execute<Row[]>(
    `select m.id, m.title, m.type, m.input_price, m.output_price, ${EXTRA_PRICES.map((name) => `m.${name}`).join(', ')},
       p.status as provider_status
     from aigcspace.models m join aigcspace.providers p on p.id = m.provider_id
     where not m.is_local and m.is_api_enabled order by m.title`,
  );
  const { activeLanguageModelId, activeVisionModelId } = await readSettings(em);
  const isEnabled = (id: number | null): boolean => rows.some((row) => row.id === id);
  return {
    enabled: rows.length,
    unpriced: rows.filter((row) => !isPriced(row.type, row)).map(({ title }) => title),
    ofDisabledProviders: rows.filter((row) => row.provider_status !== 'enabled').map(({ title }) => title),
    inactiveRoles: [
      ...(isEnabled(activeLanguageModelId) ? [] : (['language'] as const)),
      ...(isEnabled(activeVisionModelId) ? [] : (['vision'] as const)),
    ],
  };
}
