import { invalidate } from '$app/navigation';
import { localeCookie, type Locale } from '#lib/i18n/locale.ts';
import { timeZoneCookie } from '#lib/i18n/time-zone.ts';
import { themeCookie, type Theme } from '#lib/theme.ts';
import { trpc } from '#lib/trpc.ts';

const yearSeconds = 31_536_000;

/** Readable by the server, so that the next page is rendered the chosen way at once. */
function remember(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${yearSeconds}; samesite=lax${secure}`;
}

/** Switches the language of this browser and, when someone is signed in, of their account. */
export async function setLocale(locale: Locale, signedIn: boolean): Promise<void> {
  remember(localeCookie, locale);
  await invalidate('app:viewer');
  if (signedIn) await trpc().account.update.mutate({ locale });
}

/** Switches the theme at once; the account learns of it afterwards. */
export async function setTheme(theme: Theme, signedIn: boolean): Promise<void> {
  remember(themeCookie, theme);
  document.documentElement.dataset['theme'] = theme;
  await invalidate('app:viewer');
  if (signedIn) await trpc().account.update.mutate({ theme });
}

/** Tells the server this browser's zone when it does not know it yet. */
export async function syncTimeZone(known: string): Promise<void> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || timeZone === known) return;
  remember(timeZoneCookie, timeZone);
  await invalidate('app:viewer');
}
