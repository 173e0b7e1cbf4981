import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

const ownKey = 'sk-own-of-the-user-7Qx9';

test('a user enters their own key for a provider; calls use it, cost nothing and are marked in the log', async ({
  page,
  priced,
}) => {
  await page.goto('/settings');
  const table = page.getByRole('table', { name: 'Providers and your keys for them' });
  const row = table.getByRole('row').filter({ hasText: priced.model.replace('-max', '') });
  await expect(row).toContainText('None');

  await row.getByRole('button', { name: /^Enter key/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toContainText('Enter the key.');
  await expectAccessible(page, 'the dialog of an own key');
  await dialog.getByLabel('API key').fill(ownKey);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('…7Qx9');
  await expect(row.getByRole('switch')).toBeChecked();
  await expect(page.locator('body')).not.toContainText(ownKey);

  await priced.call();
  expect(priced.upstream.requests.at(-1)?.credential).toBe(ownKey);
  await row.getByRole('switch').click();
  await expect(row.getByRole('switch')).not.toBeChecked();
  await priced.call();
  expect(priced.upstream.requests.at(-1)?.credential).toBe('sk-upstream-0123456789');

  await page.goto('/logs');
  const calls = page.getByRole('table', { name: 'Calls' });
  await expect(calls.getByText('Own key', { exact: true })).toHaveCount(1);
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Own key or platform’s').selectOption('Own key only');
  await expect(page).toHaveURL(/payer=own/);
  await expect(calls.getByRole('row')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await calls.getByRole('link').first().click();
  await expect(page.getByRole('dialog')).toContainText('nothing is charged here');

  await page.goto('/settings');
  await row.getByRole('button', { name: /^Delete key/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toContainText('None');
});

test('the list of own keys fits a phone, in Chinese too', async ({ page, priced }) => {
  await priced.api.account.update.mutate({ locale: 'zh-CN' });
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/settings');
  await expect(page.getByRole('heading', { name: '自有供应商密钥' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'own keys on a phone');
});
