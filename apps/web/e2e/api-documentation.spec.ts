import type { Locator, Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

const path = '/api/documentation';

/** Opens an operation of the page, tries it as it stands, and returns what came. */
async function tryOperation(page: Page, id: string): Promise<Locator> {
  const operation = page.locator(`#operations-${id}`);
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  return operation.locator('.live-responses-table');
}

test('an operation is read and tried with the session of the panel', async ({ page, asUser }) => {
  await asUser.api.keys.create.mutate({ name: 'shown in the answer' });
  await page.goto(path);
  await expect(page).toHaveTitle(/^API documentation · /);
  await expect(await tryOperation(page, 'API_keys-keysList')).toContainText('shown in the answer');
  await expectAccessible(page, 'an operation with its answer');
});

test('a key that is entered is sent', async ({ page, asUser, context }) => {
  const { api_key: key } = await asUser.api.keys.create.mutate({ name: 'entered', kind: 'management' });
  await context.clearCookies();
  await page.goto(path);
  await page.locator('.auth-wrapper .authorize').click();
  const scheme = page.locator('.modal-ux .auth-container').filter({ hasText: 'mk-aigc-' });
  await scheme.getByRole('textbox').fill(key);
  await expectAccessible(page, 'the dialog for keys');
  await scheme.getByRole('button', { name: 'Authorize' }).click();
  await page.locator('.close-modal').click();
  await expect(await tryOperation(page, 'Account-viewerGet')).toContainText(asUser.account.email);
});

test('it is in the visitor’s language, and readable on a phone', async ({ page, context, product }) => {
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(`${path}#/Stats/statsGet`);
  await expect(page.locator('.page-header h1')).toContainText('API 文档');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('#operations-Stats-statsGet .opblock-body')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'an operation on a phone');
});
