import { Provider } from '@aigc/db/entities/provider';
import { findModelFaults } from '@aigc/core/health/find-model-faults';
import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import type { ContentContext } from './check-context.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

export const modelsCheck: Check<ContentContext> = {
  name: 'models',
  async run({ em }) {
    const faults = await findModelFaults(em());
    const findings: Finding[] = [];
    if (faults.enabled === 0) {
      return warn('models.none');
    }
    if (faults.unpriced.length > 0) {
      findings.push(warn('models.unpriced', { names: faults.unpriced }));
    }
    if (faults.ofDisabledProviders.length > 0) {
      findings.push(warn('models.no_provider', { names: faults.ofDisabledProviders }));
    }
    if (faults.idleFallbacks.length > 0) {
      findings.push(warn('models.idle_fallbacks', { names: faults.idleFallbacks }));
    }
    for (const role of faults.inactiveRoles) {
      findings.push(warn(role === 'language' ? 'models.no_active_language' : 'models.no_active_vision'));
    }
    return findings.length > 0 ? findings : ok('models.ok', { count: faults.enabled });
  },
};

export const providersCheck: Check<ContentContext> = {
  name: 'providers',
  async run({ em }) {
    const providers = await em().find(Provider, { status: 'enabled' }, { orderBy: { name: 'asc' } });
    const needsKey = new Set(PROVIDER_PRESETS.filter((preset) => preset.requires_key).map(({ id }) => id));
    const withoutKey = providers.filter(
      ({ preset, apiKey }) => needsKey.has(preset ?? '') && (apiKey ?? null) === null,
    );
    if (withoutKey.length > 0) {
      return warn('providers.without_key', { names: withoutKey.map(({ name }) => name) });
    }
    return ok('providers.ok', { count: providers.length });
  },
};
