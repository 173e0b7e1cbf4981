import { getContext, setContext } from 'svelte';
import type { Locale } from '#lib/i18n/locale.ts';

/** The texts of this area, which only its own page shows: apart from the dictionary, which every page carries. */
export type HealthWords = typeof import('./words.en.ts').words;

/** Fetches them in a language, for the page's `load`. */
export async function loadHealthWords(locale: Locale): Promise<HealthWords> {
  if (locale === 'zh-CN') return (await import('./words.zh-CN.ts')).words;
  return (await import('./words.en.ts')).words;
}

const key = Symbol('health words');

interface Provided {
  readonly t: HealthWords;
}

/** For the page: `words` is read again when the language changes. */
export function provideHealthWords(words: () => HealthWords): Provided {
  return setContext<Provided>(key, {
    get t() {
      return words();
    },
  });
}

/** For what stands in the page. */
export function useHealthWords(): Provided {
  return getContext<Provided>(key);
}
