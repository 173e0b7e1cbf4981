import { loadDictionary } from '#lib/i18n/dictionary.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ data }) => ({
  ...data,
  dictionary: await loadDictionary(data.locale),
});
