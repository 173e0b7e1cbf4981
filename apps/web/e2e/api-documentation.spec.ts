import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

const page = '/api/documentation';

test('an operation is read and tried in the browser, with the session of the panel', async ({
  page: tab,
  asUser,
}) => {
  await asUser.api.keys.create.mutate({ name: 'shown in the answer' });
  await tab.goto(page);
  await expect(tab).toHaveTitle(/^API documentation · /);
  const operation = tab.locator('#operations-API_keys-keysList');
  await operation.getByRole('button', { name: '/api/platform/api-keys' }).click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table')).toContainText('shown in the answer');
  await expectAccessible(tab, 'an answer');
});

test('a key that is entered is sent', async ({ page: tab, asUser, context, complaints }) => {
  const { api_key: key } = await asUser.api.keys.create.mutate({ name: 'entered', kind: 'management' });
  await context.clearCookies();
  complaints.allow(/401/);
  await tab.goto(page);
  await tab.getByRole('button', { name: 'Authorize', exact: true }).first().click();
  const dialog = tab.getByRole('dialog');
  await expectAccessible(tab, 'the dialog for keys');
  const field = dialog.locator('.auth-container').filter({ hasText: 'mk-aigc-' });
  await field.getByRole('textbox').fill(key);
  await field.getByRole('button', { name: 'Authorize' }).click();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  const operation = tab.locator('#operations-Account-viewerGet');
  await operation.getByRole('button', { name: '/api/platform/viewer' }).click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table')).toContainText(asUser.account.email);
});

test('it is readable for everybody, in both languages and on a phone', async ({
  page: tab,
  context,
  product,
}) => {
  for (const [locale, title] of [
    ['en', 'API documentation'],
    ['zh-CN', 'API 文档'],
  ] as const) {
    await context.addCookies([{ name: 'locale', value: locale, url: product.origin }]);
    await tab.goto(page);
    await expect(tab.getByRole('heading', { level: 1 }).first()).toContainText(title);
    await expect(tab.locator('html')).toHaveAttribute('lang', locale);
    await expectAccessible(tab, `closed, ${locale}`);
  }
  await tab.setViewportSize({ width: 360, height: 640 });
  await tab.locator('#operations-Call_logs-logsList .opblock-summary-control').click();
  await expect(tab.locator('#operations-Call_logs-logsList .opblock-body')).toBeVisible();
  await expectNoSidewaysScroll(tab);
  await expectAccessible(tab, 'an operation on a phone');
});

test('an operation has an address of its own', async ({ page: tab }) => {
  await tab.goto(`${page}#/Stats/statsGet`);
  await expect(tab.locator('#operations-Stats-statsGet .opblock-body')).toBeVisible();
});
