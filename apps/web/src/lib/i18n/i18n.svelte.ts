import { getContext, setContext } from 'svelte';
import type { Dictionary } from './dictionary.ts';
import { Formats } from './formats.ts';
import type { Locale } from './locale.ts';

export interface I18nSource {
  locale: Locale;
  dictionary: Dictionary;
  /** ISO 4217 code of the platform's currency. */
  currency: string;
  timeZone: string;
}

/**
 * The language of the page: `i18n.t.keys.title` is a text, `i18n.format.number(3)` a number as the language
 * writes it. Both change in place when the language does, so read them in the template, not once at the top.
 */
export class I18n {
  readonly #source: () => I18nSource;
  readonly #format: Formats;

  constructor(source: () => I18nSource) {
    this.#source = source;
    this.#format = $derived(new Formats(source().locale, source().currency, source().timeZone));
  }

  get locale(): Locale {
    return this.#source().locale;
  }

  get t(): Dictionary {
    return this.#source().dictionary;
  }

  get format(): Formats {
    return this.#format;
  }
}

const key = Symbol('i18n');

export function provideI18n(source: () => I18nSource): I18n {
  return setContext(key, new I18n(source));
}

/** The page's language. Call it while a component is initialised. */
export function useI18n(): I18n {
  return getContext<I18n>(key);
}
