import type { Page } from '@playwright/test';
import { expect, ready, test } from './support/test.ts';

/** What happens to people whose session ends, whose role changes, whose server goes away, or who edit at once. */

/** Chromium's own line about an answer that is no success. */
const REFUSED = /Failed to load resource|net::ERR|status of (401|403|409)/;

async function openLocalModelForm(page: Page) {
  await page.goto('/models?tab=local&add=1');
  const sheet = page.getByRole('dialog', { name: 'Add a local model' });
  await sheet.getByLabel('Name').fill('kept-model');
  await sheet.getByLabel('Address').fill('http://127.0.0.1:9/v1');
  return sheet;
}

test('a session that ends in mid-form, here or in another tab, costs nothing that was typed', async ({
  page,
  context,
  asUser,
  complaints,
}) => {
  complaints.allow(REFUSED);
  await page.goto('/models?tab=local&add=1');
  const sheet = page.getByRole('dialog', { name: 'Add a local model' });
  const name = sheet.getByLabel('Name');
  // A name is checked from the moment it was left, and not before.
  await name.fill('k');
  await name.fill('');
  await expect(sheet.getByText('Enter a name')).toBeHidden();
  await sheet.getByLabel('Address').fill('http://127.0.0.1:9/v1');
  await expect(sheet.getByText('Enter a name')).toBeVisible();
  await name.fill('kept-model');
  await expect(sheet.getByText('Enter a name')).toBeHidden();

  await context.clearCookies({ name: /session/ });
  await sheet.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('dialog', { name: 'Sign in again to go on' });
  await expect(question.getByLabel('E-mail')).toHaveValue(asUser.account.email);
  await question.getByLabel('Password', { exact: true }).fill('wrong');
  await question.getByRole('button', { name: 'Sign in' }).click();
  await expect(question.getByRole('alert')).toContainText('password is wrong');
  await question.getByLabel('Password', { exact: true }).fill(asUser.account.password);
  await question.getByRole('button', { name: 'Sign in' }).click();
  await expect(question).toBeHidden();
  // The refused call was sent again by itself.
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('article').filter({ hasText: 'kept-model' })).toBeVisible();

  const other = await context.newPage();
  await other.goto('/settings');
  await ready(other);
  await other.getByRole('button', { name: /^Account/ }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(/\/models/);
  // Signing in there is enough for here.
  await other.getByLabel('E-mail').fill(asUser.account.email);
  await other.getByLabel('Password', { exact: true }).fill(asUser.account.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(question).toBeHidden();
});

test('while the server is away the page says so, keeps what was typed, and heals by itself', async ({
  page,
  context,
  asUser,
  complaints,
}) => {
  void asUser;
  complaints.allow(REFUSED);
  complaints.allow(/status of 50[234]|Failed to fetch/);
  const sheet = await openLocalModelForm(page);
  const away = /\/(trpc|__data\.json)/;
  await context.route(away, (route) => route.abort());
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet.getByRole('alert')).toContainText('The server cannot be reached');
  const notice = page.getByRole('status').filter({ hasText: 'The server does not answer' });
  await expect(notice).toBeVisible();
  await expect(sheet.getByLabel('Name')).toHaveValue('kept-model');

  await context.unroute(away);
  await expect(notice).toBeHidden();
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toBeHidden();

  // A page that is opened meanwhile tells it in its place, and is there once the server is.
  await context.route(away, (route) => route.abort());
  await page.getByRole('navigation').getByRole('link', { name: 'Call logs' }).click();
  await expect(page.getByRole('button', { name: 'Try again' }).first()).toBeVisible();
  await context.unroute(away);
  await expect(page.getByRole('heading', { name: 'Call logs', level: 1 })).toBeVisible({ timeout: 15_000 });
});

test('a page that cannot be drawn says whose fault it is, under a number', async ({
  page,
  asUser,
  complaints,
}) => {
  void asUser;
  complaints.allow(/Incident inc_|TypeError|Cannot read/);
  await page.goto('/settings');
  await page.route(/\/trpc\/.*models\.list/, (route) =>
    route.fulfill({
      json: Array.from({ length: 20 }, () => ({ result: { data: { items: [null], active: null } } })),
    }),
  );
  await page.getByRole('navigation').getByRole('link', { name: 'Model plaza' }).click();
  await expect(page.getByRole('heading', { name: 'This page has a fault' })).toBeVisible();
  await expect(page.getByText(/inc_[0-9a-f]{16}/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy details' })).toBeVisible();
  // The rest of the panel stands.
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Call logs' })).toBeVisible();
});

test('an administrator who is one no more is told so where they are', async ({
  page,
  signIn,
  administratorApi,
  complaints,
}) => {
  complaints.allow(REFUSED);
  const account = { name: 'Deputy', email: 'deputy@example.com', password: 'a deputy password' };
  const { id } = await administratorApi.adminUsers.create.mutate({ ...account, role: 'admin' });
  await signIn(account);
  await page.goto('/admin/users?create=1');
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Somebody');
  await form.getByLabel('E-mail').fill('somebody@example.com');
  await form.getByLabel('Password', { exact: true }).fill('long enough password');
  await administratorApi.adminUsers.update.mutate({ id, role: 'user' });
  await form.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('You are no longer an administrator')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'This page is not open to you' })).toBeVisible();
  await expect(form).toBeHidden();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' })).toHaveCount(0);
});

test('of two who change a key at once, the second sees what the first did and decides', async ({
  page,
  context,
  asUser,
  complaints,
}) => {
  complaints.allow(REFUSED);
  await asUser.api.keys.create.mutate({ name: 'shared' });
  const other = await context.newPage();
  const sheets = await Promise.all(
    [page, other].map(async (one) => {
      await one.goto('/keys');
      await ready(one);
      await one.getByRole('button', { name: /shared/ }).click();
      await one.getByRole('menuitem', { name: /limits/i }).click();
      return one.getByRole('dialog', { name: /shared/ });
    }),
  );
  const [mine, theirs] = [sheets[0], sheets[1]];
  if (!mine || !theirs) throw new Error('there are two pages');
  await theirs.getByLabel('Budget', { exact: true }).fill('7');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(theirs).toBeHidden();

  await mine.getByLabel('Budget', { exact: true }).fill('9');
  await mine.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('dialog', { name: 'Somebody else has saved this meanwhile' });
  await expect(question).toContainText(asUser.account.name);
  await expect(question.getByRole('row', { name: 'Budget' })).toHaveText(/7.*9/);
  // To think about it costs nothing; and then theirs is taken, changed further, and saved.
  await page.keyboard.press('Escape');
  await expect(mine.getByLabel('Budget', { exact: true })).toHaveValue('9');
  await mine.getByRole('button', { name: 'Save' }).click();
  await question.getByRole('button', { name: 'Take theirs' }).click();
  await expect(mine.getByLabel('Budget', { exact: true })).toHaveValue('7');
  await mine.getByLabel('Budget', { exact: true }).fill('8');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(mine).toBeHidden();
  expect((await asUser.api.keys.list.query()).items[0]?.budget).toBe('8');
});
