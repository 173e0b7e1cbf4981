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
  // The form's dialog may still be fading behind this one.
  await expect(page.getByRole('dialog')).toHaveCount(0);
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
  const documentation = page.getByRole('main').getByRole('link', { name: 'API documentation' });
  await expect(documentation).toHaveAttribute('href', '/api/documentation');
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

test('a key is made with bounds, which the list shows and the gateway holds it to', async ({
  page,
  product,
}) => {
  await page.goto('/keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New key' });
  await dialog.getByLabel('Name').fill('Bounded');
  await dialog.getByText('Expiry, budget, limits, models, addresses').click();
  await dialog.getByLabel('Budget').fill('0');
  await dialog.getByLabel('Only from these addresses').fill('example.com');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByLabel('Budget')).toHaveAccessibleDescription(/above zero/);
  await expect(dialog.getByLabel('Only from these addresses')).toHaveAccessibleDescription(/192\.0\.2\.7/);
  await dialog.getByLabel('Budget').fill('12.5');
  await dialog.getByLabel('Only from these addresses').fill('192.0.2.7');
  await dialog.getByLabel('Expires').selectOption('In 7 days');
  await dialog.getByLabel('Calls per minute').fill('60');
  await dialog.getByLabel('Only some models').check();
  await dialog.getByRole('checkbox', { name: 'demo-chat' }).check();
  await dialog.getByRole('button', { name: 'Create' }).click();
  const key = await page.getByRole('dialog', { name: 'Your new key' }).getByTestId('new-key').innerText();
  await closeNewKey(page);
  for (const text of ['1 model', '1 address', '60 calls/min', '12.50', 'Month', 'Expires soon']) {
    await expect(row(page, 'Bounded')).toContainText(text);
  }
  expect(await callStatus(product.origin, key)).toBe(403);

  await choose(page, 'Bounded', 'Expiry, limits, budget');
  const bounds = page.getByRole('dialog', { name: 'What “Bounded” may do' });
  await expect(bounds.getByLabel('Budget')).toHaveValue('12.5');
  await bounds.getByLabel('Only from these addresses').fill('');
  await bounds.getByLabel('Expires', { exact: true }).selectOption('Never');
  await bounds.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Bounded')).toContainText('Active');
  await expect(row(page, 'Bounded')).not.toContainText('1 address');
  expect(await callStatus(product.origin, key)).toBe(200);
});

test('a rotated key works beside the one before, until that is ended', async ({ page, product }) => {
  const first = await createKey(page, 'Turning');
  await closeNewKey(page);
  const rotate = async (grace: string): Promise<string> => {
    await choose(page, 'Turning', 'Rotate');
    const dialog = page.getByRole('dialog', { name: 'Rotate “Turning”' });
    await dialog.getByLabel('The key before works for').selectOption(grace);
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    const text = await page.getByRole('dialog', { name: 'Your new key' }).getByTestId('new-key').innerText();
    await closeNewKey(page);
    return text;
  };
  const second = await rotate('7 more days');
  await expect(row(page, 'Turning')).toContainText('old key until');
  expect([await callStatus(product.origin, first), await callStatus(product.origin, second)]).toEqual([
    200, 200,
  ]);
  const third = await rotate('It ends at once');
  expect(await callStatus(product.origin, first)).toBe(401);
  expect(await callStatus(product.origin, second)).toBe(401);
  expect(await callStatus(product.origin, third)).toBe(200);
});

test('bounds and rotation are accessible and fit a phone, in both languages', async ({
  page,
  context,
  baseURL,
  asUser,
}) => {
  await asUser.api.keys.create.mutate({
    name: 'Bounded',
    expires_at: '2099-01-01T00:00:00Z',
    allowed_models: ['demo-chat', 'a-model-with-a-rather-long-name/that-has-to-break-somewhere'],
    allowed_ips: ['192.0.2.7', '10.0.0.0/8'],
    rpm_limit: 60,
    tpm_limit: 100_000,
    concurrency_limit: 4,
    budget: '1234567.5',
    budget_period: 'month',
  });
  for (const { locale, actions, entries } of [
    {
      locale: 'en',
      actions: 'Actions for Bounded',
      entries: ['Expiry, limits, budget', 'Rotate'],
    },
    { locale: 'zh-CN', actions: '“Bounded”的操作', entries: ['有效期、限额与预算', '轮换'] },
  ]) {
    await context.addCookies([{ name: 'locale', value: locale, url: baseURL ?? '' }]);
    for (const entry of entries) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto('/keys');
      await expectAccessible(page, `${locale}: list`);
      await page.getByRole('button', { name: actions }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, `${locale}: ${entry}`);
      await page.setViewportSize({ width: 360, height: 640 });
      await expectNoSidewaysScroll(page);
      const { width = 0 } = (await page.getByRole('dialog').boundingBox()) ?? {};
      expect(width).toBeLessThanOrEqual(360);
    }
  }
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
