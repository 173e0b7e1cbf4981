import type { Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, ready, test, type Account } from './support/test.ts';

async function fillSignIn(page: Page, { email, password }: Pick<Account, 'email' | 'password'>) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

test('signing in leads to the page that was asked for, and signing out ends the session', async ({
  page,
  product,
}) => {
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await fillSignIn(page, product.administrator);
  await expect(page).toHaveURL(/\/settings$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();

  await page.getByRole('button', { name: `Account of ${product.administrator.name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test('who is signed in is led away from the sign-in page, and only to this site', async ({
  page,
  asAdmin: _asAdmin,
  product,
}) => {
  await page.goto('/sign-in?next=%2Fsettings');
  await expect(page).toHaveURL(`${product.origin}/settings`);
  for (const next of ['//example.com/', 'https://example.com/', '/\\example.com', 'javascript:alert(1)']) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await expect(page).toHaveURL(`${product.origin}/`);
  }
});

test('a wrong password and an unknown address are told apart by nobody', async ({ page, product }) => {
  await page.goto('/sign-in');
  const alert = page.getByRole('alert').filter({ hasText: 'wrong' });
  await fillSignIn(page, { email: product.administrator.email, password: 'not the password' });
  await expect(alert).toHaveText('The e-mail address or the password is wrong.');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await fillSignIn(page, { email: 'nobody@example.com', password: 'not the password' });
  await expect(alert).toHaveText('The e-mail address or the password is wrong.');
  await expectAccessible(page, 'sign-in refused');
});

test('too many attempts are told to wait, in seconds that count down', async ({ page }) => {
  await page.goto('/sign-in');
  const submit = page.getByRole('button', { name: 'Sign in' });
  await page.getByLabel('E-mail').fill('guessed@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a guess');
  const alert = page.getByRole('alert').filter({ hasText: /./ });
  const wait = alert.filter({ hasText: /Try again in \d+ seconds/ });
  const refusals = 10;
  for (let attempt = 1; attempt <= refusals; attempt++) {
    await submit.click();
    await expect(submit).not.toHaveAttribute('aria-busy');
    await expect(alert).toHaveText('The e-mail address or the password is wrong.');
  }
  await submit.click();
  await expect(wait).toBeVisible();
  await expect(submit).toBeDisabled();
  const before = await wait.innerText();
  await expect(wait).not.toHaveText(before);
  await expectAccessible(page, 'sign-in throttled');
});

test('registering is possible only while it is open', async ({ page, playwright, product, asAdmin }) => {
  const { administrator } = product;
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  await page.goto('/register');
  await expect(page).toHaveURL(/\/sign-in$/);

  await fillSignIn(page, administrator);
  await expect(page).toHaveURL(`${product.origin}/`);
  await asAdmin.adminSettings.update.mutate({ registration: 'open' });
  const outside = await playwright.request.newContext({ storageState: await page.context().storageState() });
  try {
    await page.context().clearCookies();
    await page.goto('/sign-in?next=%2Fsettings');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible();
    await expectAccessible(page, 'registering');
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail').fill(administrator.email);
    await page.getByLabel('Password', { exact: true }).fill('yet another password');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/already an account/);
    await page.getByLabel('E-mail').fill('grace@example.com');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/settings$/);
    await expect(page.getByRole('link', { name: 'Users' })).toHaveCount(0);
    await page.goto('/admin/users');
    await expect(page).toHaveURL(`${product.origin}/`);
  } finally {
    await outside.post('/trpc/adminSettings.update', {
      data: { registration: 'closed' },
      headers: { origin: product.origin },
      timeout: 10_000,
    });
    await outside.dispose();
  }
});

test('a changed password ends the other sessions and is asked for at the next sign-in', async ({
  page,
  asUser,
  browser,
  product,
}) => {
  const elsewhere = await browser.newContext({ baseURL: product.origin });
  const other = await elsewhere.newPage();
  await other.goto('/sign-in');
  await ready(other);
  await fillSignIn(other, asUser.account);
  await expect(other).toHaveURL(`${product.origin}/`);

  await page.goto('/settings');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('a much better password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/password is wrong/);
  await page.getByLabel('Current password').fill(asUser.account.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveValue('');

  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await elsewhere.close();
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await fillSignIn(page, { email: asUser.account.email, password: 'a much better password' });
  await expect(page).toHaveURL(`${product.origin}/`);
});

test('sessions are listed, and one or all others can be ended', async ({
  page,
  asUser,
  browser,
  product,
}) => {
  const others = [];
  for (let count = 0; count < 3; count++) {
    const elsewhere = await browser.newContext({ baseURL: product.origin });
    const other = await elsewhere.newPage();
    await other.goto('/sign-in');
    await ready(other);
    await fillSignIn(other, asUser.account);
    await expect(other).toHaveURL(`${product.origin}/`);
    others.push(other);
  }

  await page.goto('/settings');
  const rows = page
    .getByRole('table', { name: 'Devices that are signed in' })
    .getByRole('row')
    .filter({ hasText: 'Chrome' });
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: 'This session' })).toHaveCount(1);
  await expect(rows.first()).toContainText('This session');

  await rows
    .nth(1)
    .getByRole('button', { name: /End session/ })
    .click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End session' }).click();
  await expect(rows).toHaveCount(3);

  await page.getByRole('button', { name: 'End all others' }).click();
  await expectAccessible(page, 'ending the other sessions');
  await page.getByRole('alertdialog').getByRole('button', { name: 'End all others' }).click();
  await expect(rows).toHaveCount(1);
  for (const other of others) {
    await other.reload();
    await expect(other).toHaveURL(/\/sign-in/);
    await other.context().close();
  }
});

test('the profile keeps a new name, and refuses an empty one', async ({ page, asUser: _asUser }) => {
  await page.goto('/settings');
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription('Must not be empty.');
  await page.getByLabel('Name', { exact: true }).fill('  Hedy  ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Account of Hedy' })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Hedy');
});

for (const locale of ['en', 'zh-CN']) {
  test(`signing in and the settings are accessible and fit a phone (${locale})`, async ({
    page,
    context,
    product,
    signIn,
  }) => {
    await context.addCookies([{ name: 'locale', value: locale, url: product.origin }]);
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 360, height: 640 },
    ]) {
      await context.clearCookies({ name: 'aigc_session' });
      await page.setViewportSize(viewport);
      await page.goto('/sign-in');
      await expectAccessible(page, `sign-in, ${viewport.width} px`);
      await expectNoSidewaysScroll(page);
      await signIn(product.administrator);
      await page.goto('/settings');
      await expectAccessible(page, `settings, ${viewport.width} px`);
      await expectNoSidewaysScroll(page);
    }
  });
}
