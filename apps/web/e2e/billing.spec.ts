import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

test('a new account has an empty ledger and learns how paying works', async ({ page, asUser }) => {
  void asUser;
  await page.goto('/billing');
  await expect(page.getByRole('heading', { name: 'No entries yet' })).toBeVisible();
  await expect(page.getByText('You have no balance yet.', { exact: false })).toBeVisible();
  await expectAccessible(page, 'empty ledger');
});

test('every top-up and call is an entry, and the balance is their sum', async ({ page, priced }) => {
  await priced.callWith(1_000_000, 100_000);
  await priced.callWith(1204, 388);
  await page.goto('/billing');
  // 10 - (2.4 + 0.96) - 0.0066144
  await expect(page.getByText('¥6.633', { exact: true }).first()).toBeVisible();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toContainText('-¥0.0066144');
  await expect(rows.nth(1)).toContainText('¥6.6333856');
  await expect(rows.nth(2)).toContainText('-¥3.36');
  await expect(rows.nth(3)).toContainText('+¥10.00');
  await expect(rows.nth(3)).toContainText('To start with');
  await expectAccessible(page, 'filled ledger');
});

test('an entry of a call leads to the call', async ({ page, priced }) => {
  await priced.callWith(1204, 388);
  await page.goto('/billing');
  await page.getByRole('row').filter({ hasText: 'Usage' }).click();
  await expect(page).toHaveURL(/\/logs\?call=\d+$/);
  await expect(page.getByRole('dialog', { name: priced.model })).toBeVisible();
});

test('the ledger is filtered by kind in the address', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await page.goto('/billing');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(3);
  await page.getByLabel('Kind').selectOption('topup');
  await expect(page).toHaveURL(/kind=topup/);
  await expect(rows).toHaveCount(2);
  await page.getByLabel('Kind').selectOption('adjustment');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(rows).toHaveCount(3);
});

test('billing fits a phone, in Chinese too', async ({ page, priced, context, product }) => {
  await priced.callWith(10, 5);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/billing');
  await expectNoSidewaysScroll(page);
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.goto('/billing');
  await expect(page.getByRole('heading', { name: '余额与账单' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'billing in Chinese');
});
