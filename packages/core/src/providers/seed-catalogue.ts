import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import { DEMO_MODELS, PROVIDER_PRESETS } from '@aigc/providers/presets';
import { DEMO_DESCRIPTION } from '@aigc/shared/demo-description';
import type { ProviderPreset } from '@aigc/shared/schemas/providers';
import { SYSTEM_ACTOR } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { capabilitiesOf } from '../models/capabilities.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import type { UpstreamDeps } from '../upstreams/upstream-address.ts';
import { createProvider } from './create-provider.ts';

/** Where the demo provider stands in lists; nothing is ever called there. */
const DEMO_BASE_URL = 'http://demo.invalid';

/**
 * Makes what a new installation begins with: the demo provider, and each preset whose key the environment
 * holds. Each is made once; what an administrator has removed stays removed.
 * `providerKeys`: keys by the name of their environment variable, e.g. `OPENAI_API_KEY`.
 */
export async function seedCatalogue(
  deps: UpstreamDeps,
  providerKeys: Readonly<Record<string, string>>,
): Promise<{ added: string[] }> {
  return deps.em.transactional(async (em) => {
    // Processes that start together on one database seed one after the other.
    await em.execute("select pg_advisory_xact_lock(hashtext('aigc-seed-catalogue'))");
    const seeded = new Set(await readSetting(em, 'seeded_providers'));
    const added: string[] = [];
    if (!seeded.has('demo')) {
      await seedDemo(em);
      seeded.add('demo');
      added.push('Demo');
    }
    for (const preset of PROVIDER_PRESETS) {
      const apiKey = providerKeys[preset.key_variable];
      if (apiKey === undefined || seeded.has(preset.id)) continue;
      if (await seedPreset({ ...deps, em }, preset, apiKey)) added.push(preset.name);
      seeded.add(preset.id);
    }
    await writeSetting(em, 'seeded_providers', [...seeded]);
    return { added };
  });
}

async function seedPreset(deps: UpstreamDeps, preset: ProviderPreset, apiKey: string): Promise<boolean> {
  const isThere = await deps.em.count(Provider, { $or: [{ preset: preset.id }, { name: preset.name }] });
  if (isThere > 0) return false;
  const titles = preset.models.map(({ title }) => title);
  await createProvider(deps, SYSTEM_ACTOR, {
    name: preset.name,
    preset: preset.id,
    base_url: preset.base_url,
    api_key: apiKey,
    models: await freeTitles(deps.em, titles),
  });
  return true;
}

async function freeTitles(em: EntityManager, titles: string[]): Promise<string[]> {
  const taken = await em.find(Model, { isLocal: false, title: { $in: titles } }, { fields: ['title'] });
  return titles.filter((title) => !taken.some((model) => model.title === title));
}

async function seedDemo(em: EntityManager): Promise<void> {
  const provider = em.create(Provider, {
    name: 'Demo',
    preset: 'demo',
    dialect: 'demo',
    baseUrl: DEMO_BASE_URL,
    status: 'enabled',
  });
  await em.persist(provider).flush();
  const ids = new Map<string, number>();
  for (const demo of DEMO_MODELS) {
    const model = em.create(Model, {
      title: demo.title,
      description: DEMO_DESCRIPTION,
      type: demo.type,
      capabilities: capabilitiesOf(demo.type, demo.capabilities),
      contextLength: demo.context_length,
      maxOutputTokens: 1024,
      provider: provider.id,
      isLocal: false,
      isApiEnabled: true,
      inputPrice: '0',
      outputPrice: '0',
    });
    await em.persist(model).flush();
    ids.set(demo.title, model.id);
  }
  await writeSetting(em, 'active_language_model_id', ids.get('demo-chat') ?? null);
  await writeSetting(em, 'active_vision_model_id', ids.get('demo-vision') ?? null);
  await recordAudit(em, SYSTEM_ACTOR, {
    action: 'provider.create',
    targetType: 'provider',
    targetId: provider.id,
    after: { name: provider.name, preset: 'demo', models: DEMO_MODELS.map(({ title }) => title) },
  });
}
