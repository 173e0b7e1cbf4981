import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import { AppError } from '@aigc/shared/errors';
import type { ProviderPreset } from '@aigc/shared/schemas/providers';

/** The preset of this id; null: an address of one's own. @throws AppError `invalid_field` on `preset` */
export function findPreset(id: string | null): ProviderPreset | null {
  if (id === null) return null;
  const preset = PROVIDER_PRESETS.find((candidate) => candidate.id === id);
  if (preset === undefined) {
    throw new AppError('invalid_field', 'There is no such preset.', { param: 'preset' });
  }
  return preset;
}

/** What an address speaks: one's own is taken to speak OpenAI's protocol. */
export function dialectOf(preset: ProviderPreset | null): string {
  return preset?.dialect ?? 'openai-compatible';
}
