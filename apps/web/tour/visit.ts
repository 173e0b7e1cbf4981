import type { Page } from '@playwright/test';
import { dictionary as en } from '../src/lib/i18n/en/dictionary.ts';
import type { Dictionary } from '../src/lib/i18n/dictionary.ts';
import { dictionary as zh } from '../src/lib/i18n/zh-CN/dictionary.ts';
import type { Place } from './places.ts';

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 640 } } as const;
const words: Record<Form['locale'], Dictionary> = { en, 'zh-CN': zh };

/** How a place is looked at. */
export interface Form {
  locale: 'en' | 'zh-CN';
  theme: 'light' | 'dark';
  size: keyof typeof sizes;
}

export const forms: readonly Form[] = (['en', 'zh-CN'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    (['desktop', 'phone'] as const).map((size) => ({ locale, theme, size })),
  ),
);

export const nameOf = ({ locale, theme, size }: Form): string => `${locale}-${theme}-${size}`;

/** The place's path with what it names; null when there is nothing of that kind. */
export function pathOf(place: Place, names: Readonly<Record<string, string>>): string | null {
  const wanted = [...place.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  if (wanted.some((name) => !(name in names))) return null;
  return place.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '');
}

/** Sets language, theme and size, for the pages that are opened from here on. */
export async function take(page: Page, form: Form, origin: string): Promise<void> {
  await page.context().addCookies([
    { name: 'locale', value: form.locale, url: origin },
    { name: 'theme', value: form.theme, url: origin },
  ]);
  await page.setViewportSize(sizes[form.size]);
}

/** Goes to the place in the form that was taken, and brings up what is to be seen there. */
export async function visit(
  page: Page,
  place: Place,
  { url, form }: { url: string; form: Form },
): Promise<void> {
  await page.goto(url);
  if (place.dialog) await page.getByRole('dialog').waitFor();
  await place.open?.(page, words[form.locale]);
}
