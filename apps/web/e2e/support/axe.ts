import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Menus and tooltips lie at the end of the document by design, outside every landmark. */
const rules = { region: { enabled: false } };
const everything: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules,
};
/** What another theme can break of a page that is sound in one. */
const colours: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

export interface Violation {
  id: string;
  help: string;
  /** The first few elements, with what to mend. */
  nodes: string[];
}

/**
 * The violations of WCAG 2.2 AA, and of axe's best practice, in the page as it stands. In the page itself and not
 * through Playwright's adapter, which opens a second page for each run and takes four times as long.
 */
export async function findViolations(page: Page, rulesOf: 'everything' | 'colours'): Promise<Violation[]> {
  await settled(page);
  // A script of the page would be held off by its content security policy; this is none of its scripts.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } };
      return (await axe.run({ ...options, resultTypes: ['violations'] })).violations;
    },
    rulesOf === 'everything' ? everything : colours,
  );
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.slice(0, 5).map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  }));
}

/** Transitions change colours while they run, and a colour in between may be too pale. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (;;) {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const running = document.getAnimations().filter((animation) => {
        const timing = animation.effect?.getComputedTiming();
        return timing !== undefined && timing.iterations !== Infinity;
      });
      // Not only once: a colour that is inherited from one in transition starts its own again with each frame.
      if (running.length === 0) return;
      await Promise.allSettled(running.map((animation) => animation.finished));
    }
  });
}
