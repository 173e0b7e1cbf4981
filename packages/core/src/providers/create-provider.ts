import { Provider as ProviderRow } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import type { createProviderInputSchema, Provider, ProviderPreset } from '@aigc/shared/schemas/providers';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { nextId } from '../upstreams/next-id.ts';
import { originOf, providerKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireUpstreamAddress, type UpstreamDeps } from '../upstreams/upstream-address.ts';
import { providerNameTaken } from './find-provider.ts';
import { readSecret, requireSettings } from './dialect-form.ts';
import { dialectOf, findPreset } from './find-preset.ts';
import { addPresetModels } from './preset-models.ts';
import { auditedProvider, toProvider } from './provider-view.ts';

export type CreateProviderInput = z.output<typeof createProviderInputSchema>;

/**
 * Connects a provider, and adds those models of its preset that are named.
 * @throws AppError `conflict` on `name` or `models`, `invalid_field` on `preset`, `dialect`, `base_url`, `api_key`,
 * `settings.<name>` or `models`, `address_forbidden`
 */
export async function createProvider(
  deps: UpstreamDeps,
  actor: Actor,
  input: CreateProviderInput,
): Promise<Provider> {
  requireAdmin(actor);
  requireUpstreamAddress(deps, actor, input.base_url);
  const preset = findPreset(input.preset ?? null);
  const definition = dialectOf(preset, input.dialect);
  const settings = requireSettings(definition, input.settings ?? {});
  const { secret, hint } = readSecret(definition, input.api_key ?? '');
  requireKeyIfNeeded(preset, input.base_url, secret);
  if (secret === null && definition.form?.secret?.required === true) {
    const { label } = definition.form.secret;
    throw refusal(
      'secret_missing',
      { label: label.en, label_zh: label['zh-CN'] ?? label.en },
      { param: 'api_key' },
    );
  }
  const conflicts = {
    providers_name_unique: providerNameTaken(input.name),
    models_cloud_title: () => refusal('title_just_taken', {}, { param: 'models' }),
  };
  return namingConflicts(conflicts, () =>
    deps.em.transactional(async (em) => {
      const taken = await em.count(ProviderRow, { name: input.name });
      if (taken > 0) throw providerNameTaken(input.name)();
      const id = await nextId(em, 'providers');
      const binding = providerKeyBinding({ id, baseUrl: input.base_url });
      const row = em.create(ProviderRow, {
        id,
        name: input.name,
        preset: preset?.id ?? null,
        dialect: definition.id,
        baseUrl: input.base_url,
        apiKey: secret === null ? null : deps.secrets.seal(secret, binding),
        apiKeyHint: hint,
        settings,
      });
      await em.persist(row).flush();
      const modelCount = await addPresetModels(em, { providerId: id, preset, titles: input.models });
      await recordAudit(em, actor, {
        action: 'provider.create',
        targetType: 'provider',
        targetId: id,
        after: { ...auditedProvider(row), models: input.models },
      });
      return toProvider(row, modelCount);
    }),
  );
}

/** A preset's own server takes no call without a key; a proxy of it at another address may. */
function requireKeyIfNeeded(preset: ProviderPreset | null, baseUrl: string, key: string | null): void {
  if (key !== null || preset === null || !preset.requires_key) return;
  if (originOf(preset.base_url) !== originOf(baseUrl)) return;
  throw refusal('provider_needs_key', { name: preset.name }, { param: 'api_key' });
}
