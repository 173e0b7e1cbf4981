import type { ProviderDefinition } from '@aigc/providers/definition';
import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import { refusal } from '@aigc/shared/refusals';
import type { ProviderPreset } from '@aigc/shared/schemas/providers';
import { requireDialect } from './dialect-form.ts';

/** The preset of this id; null: an address of one's own. @throws AppError `invalid_field` on `preset` */
export function findPreset(id: string | null): ProviderPreset | null {
  if (id === null) return null;
  const preset = PROVIDER_PRESETS.find((candidate) => candidate.id === id);
  if (preset === undefined) {
    throw refusal('no_such_preset', {}, { param: 'preset' });
  }
  return preset;
}

/**
 * What an address speaks: what its preset says, else what was chosen; one's own is taken to speak OpenAI's protocol.
 * @throws AppError `invalid_field` on `dialect`
 */
export function dialectOf(
  preset: ProviderPreset | null,
  chosen: string | null | undefined,
): ProviderDefinition {
  return requireDialect(preset?.dialect ?? chosen ?? 'openai-compatible');
}
