import { invalidate } from '$app/navigation';
import { trpc, type Api } from '#lib/trpc.ts';

export type SettingsChange = Parameters<Api['adminSettings']['update']['mutate']>[0];

/** Saves a part of the settings and shows it everywhere: in the sidebar, in titles, in the other parts. */
export async function saveSettings(change: SettingsChange): Promise<void> {
  await trpc().adminSettings.update.mutate(change);
  await Promise.all([invalidate('app:platform-settings'), invalidate('app:viewer')]);
}

/** The shared schema of what is sent, fetched when somebody begins to type. */
export const settingsSchema = () =>
  import('@aigc/shared/schemas/settings').then((module) => module.updateSettingsInputSchema);
