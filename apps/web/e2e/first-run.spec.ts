import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { createAdministrator, founder, openSetup, runShownCurl } from './support/first-run.ts';
import { tabTo } from './support/keyboard.ts';
import { expect, ready, test } from './support/test.ts';

test('the set-up link leads to an administrator, a key, and a call of one’s own that is seen to arrive', async ({
  page,
  freshProduct,
}) => {
  await openSetup(page, freshProduct);
  await createAdministrator(page);
  await expect(page.getByRole('heading', { name: 'Make your first call' })).toBeFocused();
  await expect(page.getByRole('group', { name: 'API key' })).toContainText(/sk-aigc-[0-9A-Za-z]{40}/);
  await expect(page.getByText('Waiting for your first call')).toBeVisible();

  const answer = await runShownCurl(page);
  expect(answer.choices[0]?.message.content).toBeTruthy();

  await expect(page.getByText('Your first call has arrived')).toBeVisible();
  await expect(page.locator('[data-state="success"]')).toBeVisible();
  await expect(page.getByRole('link', { name: /Connect a provider/ })).toHaveAttribute(
    'href',
    '/admin/providers',
  );
  await expect(page.getByRole('link', { name: /Add a local model/ })).toHaveAttribute(
    'href',
    '/models?tab=local',
  );
  await expect(page.getByRole('link', { name: /Try the playground/ })).toHaveAttribute('href', '/playground');

  await page.getByLabel('I have stored the key').check();
  await page.getByRole('link', { name: 'See it in the call log' }).click();
  await expect(page).toHaveURL(/\/logs\?call=\d+$/);
  await expect(page.getByRole('dialog')).toContainText('demo-chat');
});

test('the first run needs no mouse', async ({ page, freshProduct, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: freshProduct.origin });
  await openSetup(page, freshProduct);
  await tabTo(page, page.getByRole('radio', { name: 'English' }));
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { name: '创建管理员' })).toBeVisible();
  await expect(page.getByRole('radio', { name: '简体中文' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('heading', { name: 'Create the administrator' })).toBeVisible();

  await tabTo(page, page.getByLabel('Name'));
  await page.keyboard.type(founder.name);
  await tabTo(page, page.getByLabel('E-mail'));
  await page.keyboard.type(founder.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(founder.password);
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'Make your first call' })).toBeFocused();
  const keyBox = page.getByRole('group', { name: 'API key' });
  await tabTo(page, keyBox.getByRole('button'));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('I have stored the key')).toBeChecked();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    await keyBox.locator('code').innerText(),
  );

  await tabTo(page, page.getByRole('tab', { name: 'curl' }));
  for (const name of ['Python', 'Node', 'Environment variables']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name })).toBeFocused();
    await expect(page.getByRole('tabpanel')).toContainText(`${freshProduct.origin}/api/v1`);
  }
  await page.keyboard.press('ArrowRight');
  await runShownCurl(page);
  await expect(page.getByText('Your first call has arrived')).toBeVisible();
  await tabTo(page, page.getByRole('link', { name: 'See it in the call log' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/logs\?call=\d+$/);
});

test('the key is not lost by a careless click', async ({ page, freshProduct }) => {
  await openSetup(page, freshProduct);
  await createAdministrator(page);
  await runShownCurl(page);
  await page.getByRole('link', { name: 'See it in the call log' }).click();

  const question = page.getByRole('alertdialog', { name: 'Leave without the key?' });
  await expect(question).toBeVisible();
  await expectAccessible(page, 'leaving without the key');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(page.getByRole('group', { name: 'API key' })).toBeVisible();

  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(page).toHaveURL(`${freshProduct.origin}/`);
});

test('a set-up page says what to do when its link is missing, wrong or used', async ({
  page,
  freshProduct,
}) => {
  await page.goto(`${freshProduct.origin}/models`);
  await expect(page).toHaveURL(`${freshProduct.origin}/setup`);
  await expect(page.getByRole('heading', { name: 'Open the set-up link' })).toBeVisible();
  await expect(page.getByText(`${freshProduct.origin}/setup?token=`)).toBeVisible();
  await expectAccessible(page, 'without a link');

  await openSetup(page, { ...freshProduct, setupToken: 'not-the-token' });
  await page.getByLabel('Name').fill(founder.name);
  await page.getByLabel('E-mail').fill(founder.email);
  await page.getByLabel('Password', { exact: true }).fill(founder.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'This set-up link is no longer valid' })).toBeFocused();
  await expectAccessible(page, 'with a wrong link');

  await openSetup(page, freshProduct);
  await createAdministrator(page);
  await page.getByLabel('I have stored the key').check();
  await page.context().clearCookies();
  await openSetup(page, freshProduct);
  await expect(page.getByRole('heading', { name: 'This installation is already set up' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('faults in the administrator’s form stand beside their fields, and nothing typed is lost', async ({
  page,
  freshProduct,
}) => {
  await openSetup(page, freshProduct);
  await page.getByLabel('E-mail').fill('not an address');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription('Must not be empty.');
  await expect(page.getByLabel('Name')).toBeFocused();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('Must be an e-mail address.');
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    'Must have at least 8 characters.',
  );
  await expectAccessible(page, 'form with faults');

  await page.getByRole('radio', { name: '简体中文' }).check({ force: true });
  await expect(page.getByLabel('邮箱')).toHaveValue('not an address');
});

for (const [locale, first, second] of [
  ['en', 'Create the administrator', 'Make your first call'],
  ['zh-CN', '创建管理员', '发起首次调用'],
] as const) {
  test(`the first run is accessible and fits a phone (${locale})`, async ({
    page,
    context,
    freshProduct,
  }) => {
    await context.addCookies([{ name: 'locale', value: locale, url: freshProduct.origin }]);
    await page.setViewportSize({ width: 360, height: 640 });
    await openSetup(page, freshProduct);
    await expect(page.getByRole('heading', { name: first })).toBeVisible();
    await expectAccessible(page, 'administrator');
    await expectNoSidewaysScroll(page);

    await page.locator('input[name="name"]').fill(founder.name);
    await page.locator('input[name="email"]').fill(founder.email);
    await page.locator('input[name="password"]').fill(founder.password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: second })).toBeVisible();
    await expectAccessible(page, 'waiting for the call');
    await expectNoSidewaysScroll(page);

    await runShownCurl(page);
    await expect(page.locator('[data-state="success"]')).toBeVisible();
    await expectAccessible(page, 'call arrived');
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await ready(page);
    await expectAccessible(page, 'call arrived, wide');
  });
}
