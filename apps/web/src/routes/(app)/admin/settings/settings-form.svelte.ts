import type { PlatformSettings } from '@aigc/shared/schemas/settings';
import { useForm, type Form, type FormOptions } from '#lib/form.svelte.ts';
import { toasts } from '#lib/toasts.svelte.ts';
import { followSaved } from './follow-saved.svelte.ts';
import { saveSettings, type SettingsChange } from './save-settings.ts';

interface Options<Saved, Values extends object> extends Pick<FormOptions<Values, SettingsChange>, 'schema'> {
  /** The fields of what is saved: this part of the settings, and nothing else of them. */
  valuesOf: (saved: Saved) => Values;
  input: (values: Values) => SettingsChange;
  /** The sentence that says so once it is saved. */
  saved: () => string;
}

/** The form of one part of the settings; it shows what is saved whenever that changes. Call it while a component is initialised. */
export function useSettingsForm<Saved extends Partial<PlatformSettings>, Values extends object>(
  settings: () => Saved & Pick<PlatformSettings, 'version'>,
  { valuesOf, input, schema, saved }: Options<Saved, Values>,
): Form<Values, SettingsChange> {
  const form = useForm<Values, SettingsChange>({
    values: () => valuesOf(settings()),
    input,
    ...(schema ? { schema } : {}),
    theirs: (current: Saved) => valuesOf(current),
    isGuarded: () => true,
    async save(change) {
      await saveSettings(change);
      toasts.success(saved());
    },
  });
  followSaved(form, () => ({ version: settings().version, values: valuesOf(settings()) }));
  return form;
}
