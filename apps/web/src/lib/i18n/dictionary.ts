import type { Locale } from './locale.ts';

/** Every text of the panel, by area; the English one defines the shape. */
export type Dictionary = typeof import('./en/dictionary.ts').dictionary;

const loaders: Record<Locale, () => Promise<Dictionary>> = {
  en: async () => (await import('./en/dictionary.ts')).dictionary,
  'zh-CN': async () => (await import('./zh-CN/dictionary.ts')).dictionary,
};

/** Loads one language; the other is never downloaded. */
export function loadDictionary(locale: Locale): Promise<Dictionary> {
  return loaders[locale]();
}
