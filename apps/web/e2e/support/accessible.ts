import { expect, type Page } from '@playwright/test';
import { findViolations } from './axe.ts';

/** No violation of WCAG 2.2 AA in the page as it stands, in both themes. `what` names the state in a failure. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const before = await page.evaluate(() => document.documentElement.dataset['theme']);
  for (const [theme, rules] of [
    ['light', 'everything'],
    ['dark', 'colours'],
  ] as const) {
    await setTheme(page, theme);
    expect(await findViolations(page, rules), `${what}, ${theme}`).toEqual([]);
  }
  await setTheme(page, before);
}

async function setTheme(page: Page, theme: string | undefined): Promise<void> {
  await page.evaluate((value) => (document.documentElement.dataset['theme'] = value), theme);
}

/** Nothing reaches beyond the page's width: what a phone would have to scroll sideways for. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth, 'width of the page').toBeLessThanOrEqual(clientWidth);
}
