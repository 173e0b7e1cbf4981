/** The languages of the panel. English is the source of truth for the dictionary. */
export const locales = ['en', 'zh-CN'] as const;

export type Locale = (typeof locales)[number];

/** What each language calls itself; never translated. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' };

/** Name of the cookie that holds the visitor's choice. */
export const localeCookie = 'locale';

/** The supported language that a tag such as `zh`, `zh-Hans-CN` or `en-GB` means, if any. */
export function matchLocale(tag: string | null | undefined): Locale | undefined {
  const language = tag?.trim().toLowerCase();
  if (!language) return undefined;
  if (language === 'zh' || language.startsWith('zh-')) return 'zh-CN';
  if (language === 'en' || language.startsWith('en-')) return 'en';
  return undefined;
}

/** The language to show: the visitor's choice, else the account's, else the browser's, else the installation's. */
export function negotiateLocale(sources: {
  cookie?: string | undefined;
  account?: string | null | undefined;
  acceptLanguage?: string | null | undefined;
  fallback?: string | null | undefined;
}): Locale {
  return (
    matchLocale(sources.cookie) ??
    matchLocale(sources.account) ??
    firstAccepted(sources.acceptLanguage) ??
    matchLocale(sources.fallback) ??
    'en'
  );
}

function firstAccepted(header: string | null | undefined): Locale | undefined {
  if (!header) return undefined;
  const wanted = header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { tag, weight: quality ? Number(quality.trim().slice(2)) || 0 : 1 };
    })
    .filter((entry) => entry.weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const locale = matchLocale(tag);
    if (locale) return locale;
  }
  return undefined;
}
