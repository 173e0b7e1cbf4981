import { getContext, setContext } from 'svelte';
import type { Locale } from '#lib/i18n/locale.ts';

/** The texts of this area, which only its own page shows: apart from the dictionary, which every page carries. */
export type AuditWords = typeof import('./words.en.ts').words;

/** Fetches them in a language, for the page's `load`. */
export async function loadAuditWords(locale: Locale): Promise<AuditWords> {
  if (locale === 'zh-CN') return (await import('./words.zh-CN.ts')).words;
  return (await import('./words.en.ts')).words;
}

const key = Symbol('audit words');

interface Provided {
  readonly t: AuditWords;
}

/** For the page: `words` is read again when the language changes. */
export function provideAuditWords(words: () => AuditWords): Provided {
  return setContext<Provided>(key, {
    get t() {
      return words();
    },
  });
}

/** For what stands in the page. */
export function useAuditWords(): Provided {
  return getContext<Provided>(key);
}
