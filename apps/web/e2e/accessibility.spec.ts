import type { Page } from '@playwright/test';
import { fill } from '../tour/fill.ts';
import { places, type Place } from '../tour/places.ts';
import { pathOf, take, visit, type Form } from '../tour/visit.ts';
import { expectNoSidewaysScroll } from './support/accessible.ts';
import { findViolations } from './support/axe.ts';
import type { ConsoleWatch } from './support/console-watch.ts';
import { expect, test } from './support/priced-calls.ts';

/**
 * Two looks at each page hold every pair of theme and language with the page, and of both with each other and with
 * the size. `npm run tour` looks at all eight, and at dialogs, menus and faults too.
 */
const looks: readonly (readonly [Form, Form])[] = [
  [
    { theme: 'light', locale: 'en', size: 'desktop' },
    { theme: 'dark', locale: 'zh-CN', size: 'phone' },
  ],
  [
    { theme: 'dark', locale: 'en', size: 'phone' },
    { theme: 'light', locale: 'zh-CN', size: 'desktop' },
  ],
  [
    { theme: 'light', locale: 'zh-CN', size: 'phone' },
    { theme: 'dark', locale: 'en', size: 'desktop' },
  ],
  [
    { theme: 'dark', locale: 'zh-CN', size: 'desktop' },
    { theme: 'light', locale: 'en', size: 'phone' },
  ],
];

interface Walk {
  page: Page;
  origin: string;
  complaints: ConsoleWatch;
  names: Readonly<Record<string, string>>;
}

/** One language, theme and size after the other, so that a page is met with all there is in a browser's cache. */
async function walk({ page, origin, complaints, names }: Walk, visited: readonly Place[]): Promise<void> {
  for (const [index, place] of visited.entries()) {
    const path = pathOf(place, names);
    if (path === null || place.when === 'empty') continue;
    if (place.complaint) complaints.allow(place.complaint);
    for (const form of looks[index % looks.length] ?? []) {
      await test.step(`${place.name}: ${form.locale}, ${form.theme}, ${form.size}`, async () => {
        await take(page, form, origin);
        await visit(page, place, { url: origin + path, form });
        expect(await findViolations(page, 'everything')).toEqual([]);
        await expectNoSidewaysScroll(page);
      });
    }
  }
}

test.describe.configure({ timeout: 180_000 });

test('no page breaks a rule of accessibility or is wider than a phone, in any theme and language', async ({
  page,
  product,
  priced,
  complaints,
}) => {
  const visitor = { page, origin: product.origin, complaints, names: {} };
  const names = await fill(priced);
  await walk(
    { ...visitor, names },
    places.filter(({ who }) => who !== 'visitor'),
  );
  await page.context().clearCookies();
  await walk(
    visitor,
    places.filter(({ who }) => who === 'visitor'),
  );
});
