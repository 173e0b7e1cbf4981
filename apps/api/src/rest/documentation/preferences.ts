import type { IncomingHttpHeaders } from 'node:http';
import { localeSchema, themeSchema, type Locale, type Theme } from '@aigc/shared/schemas/fields';

export interface Preferences {
  locale: Locale;
  theme: Theme;
}

/** The language and theme that the panel would show: the visitor's choice, else their account's, else the browser's. */
export function readPreferences(
  headers: IncomingHttpHeaders,
  account: { locale: Locale | null; theme: Theme | null } | null,
  fallback: Locale,
): Preferences {
  const cookies = readCookies(headers.cookie);
  return {
    locale:
      localeSchema.safeParse(cookies.get('locale')).data ??
      account?.locale ??
      acceptedLocale(headers['accept-language']) ??
      fallback,
    theme: themeSchema.safeParse(cookies.get('theme')).data ?? account?.theme ?? 'system',
  };
}

function readCookies(header: string | undefined): Map<string, string> {
  return new Map(
    (header ?? '').split(';').map((part): [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}

/** The first language of the header that the panel speaks. Browsers list them by preference. */
function acceptedLocale(header: string | undefined): Locale | undefined {
  for (const part of (header ?? '').split(',')) {
    const language = part.trim().toLowerCase();
    if (/^zh\b/.test(language)) return 'zh-CN';
    if (/^en\b/.test(language)) return 'en';
  }
  return undefined;
}
