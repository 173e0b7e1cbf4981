import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { runShownCurl } from './support/first-run.ts';
import { expect, test } from './support/test.ts';

const run = promisify(execFile);

test.beforeEach(({ asUser }) => void asUser);

/** Makes a key in the page and returns it; its dialog stays open. */
async function createKey(page: Page, name: string, kind = 'Call models'): Promise<string> {
  await page.goto('/keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New key' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('radio', { name: kind }).check();
  await dialog.getByRole('button', { name: 'Create' }).click();
  return page.getByRole('dialog', { name: 'Your new key' }).getByTestId('new-key').innerText();
}

/** Says that the key was copied, which lets its dialog close. */
async function closeNewKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** The status of a call with the key. */
async function callStatus(origin: string, key: string): Promise<number> {
  const response = await fetch(`${origin}/api/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  return response.status;
}

test('without a key the page teaches, and leads to the first one', async ({ page }) => {
  await page.goto('/keys');
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'New key' }).last().click();
  await expect(page.getByRole('dialog', { name: 'New key' })).toBeVisible();
});

test('a new key is shown once, with a call that works as pasted', async ({ page, context, product }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.origin });
  const key = await createKey(page, 'Laptop');
  expect(key).toMatch(/^sk-aigc-[0-9A-Za-z]{40}$/);
  const answer = await runShownCurl(page);
  expect(answer.choices[0]?.message.content).toBeTruthy();
  for (const name of ['Python', 'Node', 'Environment variables']) {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tabpanel', { name })).toContainText(key);
    await expect(page.getByRole('tabpanel', { name })).toContainText(`${product.origin}/api/v1`);
  }
  await page.getByRole('button', { name: 'Copy key' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await expect(row(page, 'Laptop')).toContainText(`${key.slice(0, 12)}…${key.slice(-4)}`);
  await expect(row(page, 'Laptop')).toContainText('Active');
  await page.reload();
  await expect(row(page, 'Laptop')).not.toContainText('Never');
  expect(await page.content()).not.toContain(key);
});

test('an uncopied key does not vanish by a careless Escape', async ({ page }) => {
  const key = await createKey(page, 'Careful');
  await page.keyboard.press('Escape');
  const question = page.getByRole('alertdialog', { name: 'Close without copying?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('new-key')).toHaveText(key);
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Close all the same' }).click();
  await expect(page.getByTestId('new-key')).toBeHidden();
});

test('two clicks on Create make one key, and a missing name is said beside its field', async ({
  page,
  asUser,
}) => {
  await page.goto('/keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New key' });
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAccessibleDescription('Must not be empty.');
  await dialog.getByLabel('Name').fill('Once');
  await dialog.getByRole('button', { name: 'Create' }).dblclick();
  await expect(page.getByTestId('new-key')).toBeVisible();
  expect((await asUser.api.keys.list.query()).items).toHaveLength(1);
});

test('a key is renamed, disabled, enabled and deleted, each effective at once', async ({ page, product }) => {
  const key = await createKey(page, 'Server');
  await closeNewKey(page);
  expect(await callStatus(product.origin, key)).toBe(200);

  await choose(page, 'Server', 'Rename');
  const dialog = page.getByRole('dialog', { name: 'Rename “Server”' });
  await expect(dialog.getByLabel('Name')).toHaveValue('Server');
  await dialog.getByLabel('Name').fill('Production');
  await page.keyboard.press('Enter');
  await expect(row(page, 'Production')).toBeVisible();

  await choose(page, 'Production', 'Disable');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable key' }).click();
  await expect(row(page, 'Production')).toContainText('Disabled');
  expect(await callStatus(product.origin, key)).toBe(403);

  await choose(page, 'Production', 'Enable');
  await expect(row(page, 'Production')).toContainText('Active');
  expect(await callStatus(product.origin, key)).toBe(200);

  await choose(page, 'Production', 'Delete');
  const question = page.getByRole('alertdialog', { name: 'Delete “Production”?' });
  await expect(question).toContainText('refused at once');
  await question.getByRole('button', { name: 'Delete key' }).click();
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  expect(await callStatus(product.origin, key)).toBe(401);
});

test('a management key comes with a REST call that works as pasted', async ({ page }) => {
  const key = await createKey(page, 'Tools', 'Manage over REST');
  expect(key).toMatch(/^mk-aigc-/);
  const command = await page.getByRole('dialog').locator('pre').innerText();
  const { stdout } = await run('sh', ['-c', command], { timeout: 30_000 });
  expect(JSON.parse(stdout)).toMatchObject({ items: [{ name: 'Tools', kind: 'management' }] });
  await closeNewKey(page);
  await expect(row(page, 'Tools')).toContainText('Management');
});

test('list and dialogs are accessible and fit a phone, in both languages', async ({
  page,
  context,
  baseURL,
  asUser,
}) => {
  await page.goto('/keys');
  await expectAccessible(page, 'empty');
  await asUser.api.keys.create.mutate({ name: 'A name that is so long that it has to break somewhere' });
  for (const [locale, name] of [
    ['en', 'New key'],
    ['zh-CN', '新建密钥'],
  ] as const) {
    await context.addCookies([{ name: 'locale', value: locale, url: baseURL ?? '' }]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto('/keys');
    await expectAccessible(page, `${locale}: list`);
    await page.getByRole('button', { name }).first().click();
    await expectAccessible(page, `${locale}: new key`);
    await page.getByRole('dialog').getByRole('textbox').fill('x');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('new-key')).toBeVisible();
    await expectAccessible(page, `${locale}: created`);
    await page.setViewportSize({ width: 360, height: 640 });
    await expectNoSidewaysScroll(page);
    const { width = 0 } = (await page.getByRole('dialog').boundingBox()) ?? {};
    expect(width).toBeLessThanOrEqual(360);
  }
});
