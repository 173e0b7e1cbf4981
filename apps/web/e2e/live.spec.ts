import type { Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { layLine } from './support/cuttable.ts';
import { expect, test } from './support/priced-calls.ts';

/** The request ids of the log's rows, as their details name them: here their links. */
async function shownCalls(page: Page): Promise<(string | null)[]> {
  const links = page.getByRole('table').getByRole('row').getByRole('link');
  return Promise.all((await links.all()).map((link) => link.getAttribute('href')));
}

test('a lost connection is shown, mended by itself, and nothing that was missed is missing or there twice', async ({
  page,
  priced,
  product,
  complaints,
}) => {
  complaints.allow(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED/);
  const line = await layLine(product.origin);
  try {
    await priced.callWith(10, 5);
    // On the very first page of a browser the server does not know its zone yet, and everything is read again.
    await page.goto(`${line.origin}/settings`);
    await page.goto(`${line.origin}/logs?live=1`);
    const header = page.getByRole('main').getByRole('status').first();
    await expect(header).toHaveText('Connected');
    const rows = page.getByRole('table').getByRole('row');
    await expect(rows).toHaveCount(2);
    const switchBefore = await page.getByRole('switch', { name: 'Live' }).boundingBox();

    await line.cut();
    await expect(header).toHaveText(/Connection lost since \d/);
    await expect(page.getByText(/next try in \d+ s|trying/)).toBeVisible();
    expect(await page.getByRole('switch', { name: 'Live' }).boundingBox()).toEqual(switchBefore);
    await expectAccessible(page, 'connection lost');
    await priced.callWith(20, 5);
    await priced.callWith(30, 5);
    await line.mend();
    await expect(header).toHaveText('Connected again');
    await expect(rows).toHaveCount(4);
    await priced.callWith(40, 5);
    await expect(rows).toHaveCount(5);
    expect(new Set(await shownCalls(page)).size).toBe(4);
    await expect(header).toHaveText('Connected');

    // The overview listens in the same way, and a page that is not live only counts.
    await page.goto(`${line.origin}/`);
    await expect(header).toHaveText('Connected');
    await page.setViewportSize({ width: 360, height: 640 });
    await line.cut();
    await expect(header).toHaveText(/Connection lost since/);
    await expectNoSidewaysScroll(page);
    await priced.callWith(50, 5);
    await line.mend();
    await expect(header).toHaveText('Connected again');
    await expect(page.getByRole('region', { name: 'Latest calls' }).getByRole('row')).toHaveCount(6);
  } finally {
    await line.close();
  }
});
