import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

test('before the first call the statistics say what they will count', async ({ page, asUser }) => {
  void asUser;
  await page.goto('/stats');
  await expect(page.getByRole('heading', { name: 'Nothing to count yet' })).toBeVisible();
  await expectAccessible(page, 'empty statistics');
});

test('calls, tokens and cost are counted by day, model and key', async ({ page, priced }) => {
  await priced.callWith(1000, 500);
  await priced.callWith(1204, 388);
  await priced.call({ model: 'demo-chat' });
  priced.upstream.next({ fault: { kind: 'error', status: 500 } });
  await priced.call();
  await page.goto('/stats');

  const model = page
    .getByRole('region', { name: 'By model' })
    .getByRole('row')
    .filter({ hasText: priced.model });
  // 1000 and 1204 tokens at 2.4, 500 and 388 at 9.6 for a million.
  await expect(model).toContainText('¥0.01381');
  await expect(model).toContainText('3,092');
  await expect(model).toContainText('66.67%');
  const key = page.getByRole('region', { name: 'By key' }).getByRole('row').filter({ hasText: 'Production' });
  await expect(key.getByRole('cell').nth(2)).toHaveText('4');

  const calls = page.getByRole('figure', { name: 'Calls over time' });
  await calls.getByRole('button', { name: 'Show as table' }).click();
  const today = calls.getByRole('row').last();
  await expect(today.getByRole('cell')).toHaveText(['3', '1', '4']);
  const latency = page.getByRole('figure', { name: 'Latency over time' });
  await latency.getByRole('button', { name: 'Show as table' }).click();
  await expect(latency.getByRole('row').last().getByRole('cell').first()).toHaveText(/ms|s$/);
  await expectAccessible(page, 'filled statistics');

  await page.goto('/keys');
  const usage = page.getByRole('link', { name: '4 calls in the last 14 days' });
  await expectAccessible(page, 'used keys');
  await usage.click();
  await expect(page).toHaveURL(new RegExp(`key=${priced.key.id}`));
});

test('a row leads to the calls it counts, and so does a day', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await priced.call({ model: 'demo-chat' });
  await page.goto('/stats?period=7d');
  await page
    .getByRole('region', { name: 'By model' })
    .getByRole('row')
    .filter({ hasText: priced.model })
    .click();
  await expect(page).toHaveURL(new RegExp(`/logs\\?.*model=${priced.model}`));
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);

  await page.goto('/stats?period=7d');
  const calls = page.getByRole('figure', { name: 'Calls over time' });
  await calls.getByRole('button', { name: 'Show as table' }).click();
  await calls.getByRole('rowheader').last().getByRole('link').click();
  await expect(page).toHaveURL(/\/logs\?from=.*&to=/);
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(3);
});

for (const size of ['desktop', 'phone'] as const) {
  test(`a call is found from the chart, with how its bill came about, on a ${size}`, async ({
    page,
    priced,
  }) => {
    await priced.callWith(1204, 388);
    await priced.call({ model: 'demo-chat' });
    if (size === 'phone') await page.setViewportSize({ width: 360, height: 640 });
    await page.goto('/stats?period=7d');
    const cost = page.getByRole('figure', { name: 'Cost over time by model' });
    await cost.locator('[data-series]').last().scrollIntoViewIfNeeded();
    await cost.locator('[data-series]').last().click();
    await expect(page).toHaveURL(new RegExp(`/logs\\?from=.*model=${priced.model}`));
    const rows = page.getByRole('table').getByRole('row');
    await expect(rows).toHaveCount(2);
    await rows.last().click();
    const sheet = page.getByRole('dialog', { name: priced.model });
    await expect(sheet).toContainText('1,204 × ¥2.40 ÷ 1,000,000');
    await expect(sheet.getByRole('row', { name: /Billed/ })).toContainText('¥0.0066144');
    await expectNoSidewaysScroll(page);
    await page.keyboard.press('Escape');
    await page.goto('/stats?period=7d');
    // A name in the legend leads to the calls of the whole period.
    await cost.getByRole('link', { name: priced.model }).click();
    await expect(rows).toHaveCount(2);
    await rows.last().click();
    await sheet.getByRole('link', { name: 'In the plaza' }).click();
    await expect(page).toHaveURL(/\/models\?model=\d+/);
    await expect(page.getByRole('dialog', { name: priced.model })).toBeVisible();
  });
}

test('filters and order live in the address', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await priced.call({ model: 'demo-chat' });
  await page.goto('/stats');
  await page.getByLabel('Model', { exact: true }).selectOption('demo-chat');
  await expect(page).toHaveURL(/model=demo-chat/);
  const byModel = page.getByRole('region', { name: 'By model' });
  await expect(byModel.getByRole('row')).toHaveCount(2);
  await byModel.getByLabel('Sort by').selectOption('tokens');
  await expect(page).toHaveURL(/sort=tokens/);
  await page.getByLabel('Cloud or local').selectOption('local');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
});

test('statistics fit a phone, in Chinese too', async ({ page, priced, context, product }) => {
  await priced.callWith(10, 5);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/stats');
  await expectNoSidewaysScroll(page);
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.goto('/stats');
  await expect(page.getByRole('heading', { name: '统计' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'statistics in Chinese');
});
