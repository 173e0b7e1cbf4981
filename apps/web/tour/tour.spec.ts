import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expectNoSidewaysScroll } from '../e2e/support/accessible.ts';
import { findViolations } from '../e2e/support/axe.ts';
import type { ConsoleWatch } from '../e2e/support/console-watch.ts';
import { createAdministrator } from '../e2e/support/first-run.ts';
import { expect, ready, test as base } from '../e2e/support/test.ts';
import { moments } from './moments.ts';
import { places, type Place } from './places.ts';
import { startFilledProduct, type FilledProduct } from './start-filled-product.ts';
import { forms, nameOf, pathOf, take, visit, type Form } from './visit.ts';

const pictures = fileURLToPath(new URL('../screenshots/', import.meta.url));
/** `npm run tour -- keys dark`: only what has all of these words in `group/language-theme-size/place`. */
const wanted = (process.env['TOUR_ONLY'] ?? '').split(' ').filter(Boolean);

const test = base.extend<object, { filled: FilledProduct }>({
  filled: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const product = await startFilledProduct();
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

test.use({ contextOptions: { reducedMotion: 'reduce' } });

interface Tour {
  page: Page;
  form: Form;
  group: string;
  origin: string;
  names: Readonly<Record<string, string>>;
  complaints: ConsoleWatch;
}

/** Looks at each place and tells what is wrong with them at the end: one fault should not hide the next. */
async function look(tour: Tour, visited: readonly Place[]): Promise<void> {
  const { page, form, group, origin, names, complaints } = tour;
  const folder = `${group}/${nameOf(form)}`;
  const faults: string[] = [];
  complaints.allow(/.*/);
  await take(page, form, origin);
  await mkdir(pictures + folder, { recursive: true });
  for (const place of visited) {
    const path = pathOf(place, names);
    if (path === null || !isWanted(`${folder}/${place.name}`)) continue;
    const heard: string[] = [];
    const listen = (message: { type: () => string; text: () => string }) => {
      if (['error', 'warning'].includes(message.type())) heard.push(message.text());
    };
    page.on('console', listen);
    try {
      await visit(page, place, { url: origin + path, form });
      faults.push(...(await faultsOf(page)).map((fault) => `${place.name}: ${fault}`));
      await page.screenshot({ path: `${pictures}${folder}/${place.name}.png`, fullPage: true });
    } catch (error) {
      faults.push(`${place.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    page.off('console', listen);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    const unexpected = heard.filter((text) => !place.complaint?.test(text));
    faults.push(...unexpected.map((text) => `${place.name}: console: ${text}`));
  }
  const report = `${pictures}${folder}/faults.json`;
  if (faults.length === 0) await rm(report, { force: true });
  else await writeFile(report, JSON.stringify(faults));
  expect(faults).toEqual([]);
}

async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(() => document.fonts.ready);
  const violations = await findViolations(page, 'everything');
  const faults = violations.map(({ id, nodes }) => `${id} ${nodes.join(', ')}`);
  try {
    await expectNoSidewaysScroll(page);
  } catch {
    faults.push('wider than the screen');
  }
  return faults;
}

/** A tour without any place of its group takes no product. @param path `group/form` or `group/form/place` */
function isWanted(path: string): boolean {
  return wanted.every((word) => path.includes(word));
}

const all = [...places, ...moments];
const of = (who: Place['who'][], when: Place['when'][]) =>
  all.filter((place) => who.includes(place.who) && when.includes(place.when));
const groups = {
  visitor: of(['visitor'], [undefined, 'empty']),
  empty: of(['user', 'administrator'], [undefined, 'empty']),
  filled: of(['user', 'administrator'], [undefined, 'filled']),
};
const isAsked = (group: keyof typeof groups, form: Form) =>
  groups[group].some(({ name }) => isWanted(`${group}/${nameOf(form)}/${name}`));

test.describe.configure({ mode: 'parallel' });

for (const form of forms) {
  if (isAsked('visitor', form)) {
    test(`what visitors see: ${nameOf(form)}`, async ({ page, product, complaints }) => {
      await look(
        { page, form, group: 'visitor', origin: product.origin, names: {}, complaints },
        groups.visitor,
      );
    });
  }
  if (isAsked('empty', form)) {
    test(`what somebody new sees: ${nameOf(form)}`, async ({
      page,
      product,
      asUser,
      administratorApi,
      complaints,
    }) => {
      const { items } = await administratorApi.adminUsers.list.query({ search: asUser.account.email });
      for (const { id } of items) await administratorApi.adminUsers.update.mutate({ id, role: 'admin' });
      await look({ page, form, group: 'empty', origin: product.origin, names: {}, complaints }, groups.empty);
    });
  }
  if (isAsked('filled', form)) {
    test(`what is seen where much is going on: ${nameOf(form)}`, async ({
      page,
      context,
      filled,
      complaints,
    }) => {
      await context.addCookies(filled.cookies);
      const { origin, names } = filled;
      await look({ page, form, group: 'filled', origin, names, complaints }, groups.filled);
    });
  }
  if (isWanted(`setup/${nameOf(form)}/`)) {
    test(`the set-up: ${nameOf(form)}`, async ({ page, freshProduct, complaints }) => {
      const { origin, setupToken } = freshProduct;
      const steps: Place[] = [
        { name: 'administrator', path: `/setup?token=${setupToken ?? ''}`, who: 'visitor' },
        {
          name: 'first-call',
          path: `/setup?token=${setupToken ?? ''}`,
          who: 'visitor',
          open: async () => {
            await page.context().addCookies([{ name: 'locale', value: 'en', url: origin }]);
            await page.reload();
            await createAdministrator(page);
            await take(page, form, origin);
            await page.reload();
            await ready(page);
          },
        },
      ];
      await look({ page, form, group: 'setup', origin, names: {}, complaints }, steps);
    });
  }
}
