import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

test('a new user finds what to do first, and the first call turns the page into figures', async ({
  page,
  priced,
}) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Get going' })).toBeVisible();
  await expect(page.getByText('1 of 3 done')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No calls yet' })).toBeVisible();
  await expect(page.getByRole('tabpanel', { name: 'curl' })).toContainText('/api/v1/chat/completions');
  await expectAccessible(page, 'empty overview');

  await priced.callWith(1204, 388);
  await expect(page.getByText('2 of 3 done')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Daily cost' })).toBeVisible();
});

test('administrators are also led to connect a provider', async ({ page, freshProduct, complaints }) => {
  void complaints;
  const { origin, setupToken } = freshProduct;
  await page.goto(`${origin}/setup?token=${setupToken}`);
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByRole('heading', { name: 'Make your first call' }).waitFor();
  await page.goto(`${origin}/`);
  await page.getByRole('link', { name: 'Connect', exact: true }).click();
  await expect(page).toHaveURL(/\/admin\/providers\?connect=1$/);
});

test('the checklist stays hidden once it is hidden', async ({ page, asUser }) => {
  void asUser;
  await page.goto('/');
  await page.getByRole('button', { name: 'Hide' }).click();
  await expect(page.getByRole('heading', { name: 'Get going' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Get going' })).toHaveCount(0);
});

test('the figures are those of the calls, failures have reasons, and both lead to the log, for administrators that of everyone', async ({
  page,
  priced,
  administratorApi,
  signIn,
}, testInfo) => {
  await priced.callWith(1204, 388);
  await priced.callWith(1000, 500);
  priced.upstream.next({ fault: { kind: 'error', status: 500 } });
  await priced.call();
  await page.goto('/');
  const tiles = page.locator('dl').first();
  await expect(tiles).toContainText('3,092');
  await expect(tiles).toContainText('¥0.01381');
  await expect(tiles).toContainText('66.67%');
  // 10 - 0.0138144
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('¥9.986');
  await expectAccessible(page, 'filled overview');

  const chart = page.getByRole('region', { name: 'Daily cost' });
  await chart.getByRole('button', { name: 'Show as table' }).click();
  await expect(chart.getByRole('row').last()).toContainText('¥0.01381');
  await page.getByRole('radio', { name: 'Calls' }).check({ force: true });
  await expect(page).toHaveURL(/metric=calls/);

  await page
    .getByRole('region', { name: 'Failures by reason' })
    .getByRole('listitem')
    .getByRole('link')
    .click();
  await expect(page).toHaveURL(/\/logs\?.*error=/);
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await page.goBack();
  await page.getByRole('link', { name: 'Show failed calls' }).click();
  await expect(page).toHaveURL(/\/logs\?.*status=failed/);
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);

  await page.goto('/');
  await page.getByRole('region', { name: 'Latest calls' }).getByRole('row').nth(2).click();
  await expect(page).toHaveURL(/\/logs\?call=\d+$/);
  await expect(page.getByRole('dialog', { name: priced.model })).toBeVisible();

  // One without calls of their own.
  const account = {
    name: 'Overseer',
    email: `overseer-${testInfo.testId}-${testInfo.repeatEachIndex}@example.com`.toLowerCase(),
    password: 'another long password',
  };
  await administratorApi.adminUsers.create.mutate({ ...account, role: 'admin' });
  await signIn(account);
  await page.goto('/stats');
  await page.getByRole('link', { name: 'Show everyone’s calls' }).click();
  await expect(page).toHaveURL(/\/stats\?scope=all$/);
  // Of many the ten dearest: this test's own need not be among them.
  await expect(page.getByRole('region', { name: 'By user' })).toContainText(/user-\S+@example\.com/);
  await page.goto('/');
  await page.getByLabel('Whose calls').selectOption('all');
  await expect(page).toHaveURL(/\/\?scope=all$/);
  const latest = page.getByRole('region', { name: 'Latest calls' });
  await expect(latest).toContainText(priced.account.email);
  // With one column more, beside the navigation of a small screen, none is cut.
  const table = latest.getByRole('group', { name: 'Calls' });
  expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  await priced.call({ model: 'demo-chat' });
  await expect(latest.getByRole('row').nth(1)).toContainText('demo-chat');
  await page.getByRole('link', { name: 'Show failed calls' }).click();
  await expect(page).toHaveURL(/\/logs\?.*scope=all/);
});

test('the period lives in the address', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await page.goto('/');
  await page.getByLabel('Period').selectOption('30d');
  await expect(page).toHaveURL(/period=30d/);
  await page.goto(page.url());
  await expect(page.getByLabel('Period')).toHaveValue('30d');
  await page.getByLabel('Period').selectOption('24h');
  const chart = page.getByRole('region', { name: 'Hourly cost' });
  await chart.getByRole('button', { name: 'Show as table' }).click();
  await expect(chart.getByRole('row')).toHaveCount(25);
  await chart.getByRole('rowheader').last().getByRole('link').click();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
});

test('the overview fits a phone, in Chinese too', async ({ page, priced, context, product }) => {
  await priced.callWith(1204, 388);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/');
  await expectNoSidewaysScroll(page);
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '概览' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'overview in Chinese');
});
