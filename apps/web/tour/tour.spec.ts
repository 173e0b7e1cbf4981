import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../e2e/support/priced-calls.ts';
import { findViolations } from '../e2e/support/axe.ts';
import { fill } from './fill.ts';
import { places, type Place } from './places.ts';

const pictures = fileURLToPath(new URL('../screenshots/', import.meta.url));
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 640 } } as const;

interface Form {
  locale: 'en' | 'zh-CN';
  theme: 'light' | 'dark';
  size: keyof typeof sizes;
}

const forms: Form[] = (['en', 'zh-CN'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    (['desktop', 'phone'] as const).map((size) => ({ locale, theme, size })),
  ),
);

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** What is wrong with the places, told at the end: one fault should not hide the next. */
class Faults {
  readonly found: string[] = [];

  note(where: string, what: string): void {
    this.found.push(`${where}: ${what}`);
  }
}

interface Visit {
  page: Page;
  context: BrowserContext;
  baseURL: string;
  folder: string;
  /** What paths may name. */
  names: Readonly<Record<string, string>>;
  faults: Faults;
}

async function look(visit: Visit, place: Place, form: Form): Promise<void> {
  const { page, context, baseURL, folder, names, faults } = visit;
  const path = place.path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '');
  const where = `${folder}/${form.locale}-${form.theme}-${form.size}/${place.name}`;
  await context.addCookies([
    { name: 'locale', value: form.locale, url: baseURL },
    { name: 'theme', value: form.theme, url: baseURL },
  ]);
  await page.setViewportSize(sizes[form.size]);
  await page.goto(path);
  await page.waitForLoadState('networkidle');
  for (const { id, nodes } of await findViolations(page, 'everything')) {
    faults.note(where, `${id} ${nodes.join(', ')}`);
  }
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (excess > 0) faults.note(where, `${excess} px wider than the screen`);
  await mkdir(`${pictures}${folder}/${form.locale}-${form.theme}-${form.size}`, { recursive: true });
  await page.screenshot({ path: `${pictures}${where}.png`, fullPage: true });
}

async function tour(visit: Omit<Visit, 'faults'>, who: readonly Place['who'][]): Promise<void> {
  const faults = new Faults();
  const visited = places.filter(
    (place) =>
      who.includes(place.who) &&
      [...place.path.matchAll(/\{(\w+)\}/g)].every(([, name]) => name !== undefined && name in visit.names),
  );
  for (const form of forms) for (const place of visited) await look({ ...visit, faults }, place, form);
  expect(faults.found).toEqual([]);
}

test('what visitors see', async ({ page, context, baseURL }) => {
  await tour({ page, context, baseURL: baseURL ?? '', folder: 'visitor', names: {} }, ['visitor']);
});

test('what somebody new sees', async ({ page, context, baseURL, asUser: _asUser, complaints }) => {
  complaints.allow(/status of 404/);
  await tour({ page, context, baseURL: baseURL ?? '', folder: 'empty', names: {} }, ['user']);
});

test('what an administrator sees where much is going on', async ({
  page,
  context,
  baseURL,
  priced,
  complaints,
}) => {
  complaints.allow(/status of 404/);
  const names = await fill(priced);
  await tour({ page, context, baseURL: baseURL ?? '', folder: 'filled', names }, ['user', 'administrator']);
});
