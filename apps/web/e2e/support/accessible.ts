import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Menus and tooltips lie at the end of the document by design, outside every landmark. */
const floating = ['region'];

/** No violation of WCAG 2.2 AA in the page as it stands, in both themes. `what` names the state in a failure. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const before = await page.evaluate(() => document.documentElement.dataset['theme']);
  for (const theme of ['light', 'dark']) {
    await page.evaluate((value) => (document.documentElement.dataset['theme'] = value), theme);
    await settled(page);
    const { violations } = await new AxeBuilder({ page }).withTags(tags).disableRules(floating).analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.slice(0, 5).map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    }));
    expect(found, `${what}, ${theme}`).toEqual([]);
  }
  await page.evaluate((value) => (document.documentElement.dataset['theme'] = value), before);
}

/** Nothing reaches beyond the page's width: what a phone would have to scroll sideways for. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth, 'width of the page').toBeLessThanOrEqual(clientWidth);
}

/** Transitions change colours while they run, and a colour in between may be too pale. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const running = document.getAnimations().filter((animation) => {
      const timing = animation.effect?.getComputedTiming();
      return timing !== undefined && timing.iterations !== Infinity;
    });
    await Promise.allSettled(running.map((animation) => animation.finished));
  });
}
