import { Provider } from '@aigc/db/entities/provider';
import { findModelFaults } from '@aigc/core/health/find-model-faults';
import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import type { ContentContext } from './doctor-context.ts';
import { count, listNames, ok, warn, type Check, type Finding } from './finding.ts';

export const modelsCheck: Check<ContentContext> = {
  name: 'models',
  async run({ em }) {
    const faults = await findModelFaults(em());
    const findings: Finding[] = [];
    if (faults.enabled === 0) {
      return warn('no cloud model is open to the API', 'Switch API use on for a model in the panel.');
    }
    if (faults.unpriced.length > 0) {
      findings.push(
        warn(
          `open to the API but without a price, so refused: ${listNames(faults.unpriced)}`,
          'Set the prices of each in the panel (zero is a price), or switch its API use off.',
        ),
      );
    }
    if (faults.ofDisabledProviders.length > 0) {
      findings.push(
        warn(
          `open to the API but no provider that is enabled serves them: ${listNames(faults.ofDisabledProviders)}`,
          'Enable the provider in the panel, use another upstream under Routing, or switch API use of the models off.',
        ),
      );
    }
    if (faults.idleFallbacks.length > 0) {
      findings.push(
        warn(
          `named as fallbacks but not callable, so they never stand in: ${listNames(faults.idleFallbacks)}`,
          'Set their prices and switch API use on for them in the panel, or choose other fallbacks under Routing.',
        ),
      );
    }
    for (const role of faults.inactiveRoles) {
      findings.push(
        warn(
          `there is no active ${role} model, so such calls without \`model\` are refused`,
          `Choose an active ${role} model in the panel.`,
        ),
      );
    }
    return findings.length > 0 ? findings : ok(`${count(faults.enabled, 'cloud model')} can be called`);
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
      return warn(
        `enabled without the key that they need: ${listNames(withoutKey.map(({ name }) => name))}`,
        'Enter the key of each in the panel, or disable it.',
      );
    }
    return ok(`${count(providers.length, 'enabled provider')}, none without the key that it needs`);
  },
};
