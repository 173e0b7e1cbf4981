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
  /** Open to the API while every provider that serves them, or their upstream there, is switched off. */
  ofDisabledProviders: string[];
  /** Named as the fallback of another model, but not callable themselves: they never stand in. */
  idleFallbacks: string[];
  /** Roles whose active model is none, or is not open to the API: calls without `model` are refused. */
  inactiveRoles: ('language' | 'vision')[];
}

interface Row extends Record<ExtraPrice, string | null> {
  id: number;
  title: string;
  type: ModelType;
  input_price: string | null;
  output_price: string | null;
  has_upstream: boolean;
}

/** Whether calls of the model `m` have anywhere to go. */
const HAS_UPSTREAM = `(
  exists (select 1 from aigcspace.providers p
    where p.id = m.provider_id and p.status = 'enabled' and m.is_upstream_enabled)
  or exists (select 1 from aigcspace.model_upstreams u join aigcspace.providers p on p.id = u.provider_id
    where u.model_id = m.id and u.is_enabled and p.status = 'enabled'))`;

export async function findModelFaults(em: EntityManager): Promise<ModelFaults> {
  const rows = await em.execute<Row[]>(
    `select m.id, m.title, m.type, m.input_price, m.output_price, ${EXTRA_PRICES.map((name) => `m.${name}`).join(', ')},
       ${HAS_UPSTREAM} as has_upstream
     from aigcspace.models m where not m.is_local and m.is_api_enabled order by m.title`,
  );
  const callable = new Set(
    rows.filter((row) => row.has_upstream && isPriced(row.type, row)).map(({ title }) => title),
  );
  const fallbacks = await em.execute<{ title: string }[]>(
    `select distinct m.title from aigcspace.model_fallbacks f join aigcspace.models m on m.id = f.fallback_id
     order by m.title`,
  );
  const { activeLanguageModelId, activeVisionModelId } = await readSettings(em);
  const isEnabled = (id: number | null): boolean => rows.some((row) => row.id === id);
  return {
    enabled: rows.length,
    unpriced: rows.filter((row) => !isPriced(row.type, row)).map(({ title }) => title),
    ofDisabledProviders: rows.filter((row) => !row.has_upstream).map(({ title }) => title),
    idleFallbacks: fallbacks.map(({ title }) => title).filter((title) => !callable.has(title)),
    inactiveRoles: [
      ...(isEnabled(activeLanguageModelId) ? [] : (['language'] as const)),
      ...(isEnabled(activeVisionModelId) ? [] : (['vision'] as const)),
    ],
  };
}
