import type { Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { tabTo } from './support/keyboard.ts';
import { expect, test, type Account } from './support/test.ts';

test.beforeEach(({ asAdmin }) => void asAdmin);

let count = 0;

/** Somebody whom no other test knows. */
function somebody(): Account {
  count += 1;
  const name = `Person ${process.pid}x${count}`;
  return { name, email: `${name.replace(' ', '-').toLowerCase()}@example.com`, password: 'a first password' };
}

const row = (page: Page, { name }: Account) => page.getByRole('row').filter({ hasText: name });

async function create(page: Page, person: Account): Promise<void> {
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog', { name: 'New user' });
  await dialog.getByLabel('Name').fill(person.name);
  await dialog.getByLabel('E-mail').fill(person.email);
  await dialog.getByLabel('Password', { exact: true }).fill(person.password);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, person)).toBeVisible();
}

async function choose(page: Page, { name }: Account, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Whether somebody can sign in with a password, seen from another browser. */
async function signInStatus(page: Page, { email }: Account, password: string): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error('there is no browser');
  const { origin } = new URL(page.url());
  const elsewhere = await browser.newContext();
  try {
    const answer = await elsewhere.request.post(`${origin}/trpc/auth.signIn`, {
      headers: { origin },
      data: { email, password },
    });
    return answer.status();
  } finally {
    await elsewhere.close();
  }
}

test('an administrator makes an account, which can sign in at once', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await expectAccessible(page, 'users');
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog', { name: 'New user' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await expectAccessible(page, 'new user');
  await page.keyboard.press('Escape');
  await create(page, person);
  await expect(row(page, person)).toContainText('¥0.00');
  await expect(row(page, person).getByText('Never')).toBeVisible();
  expect(await signInStatus(page, person, person.password)).toBe(200);
});

test('what the API refuses stands beside its field, and the field has the focus', async ({
  page,
  product,
  complaints,
}) => {
  complaints.allow(/status of 4\d\d/);
  await page.goto('/admin/users');
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog', { name: 'New user' });
  await dialog.getByLabel('Name').fill('Twice');
  await dialog.getByLabel('E-mail').fill(product.administrator.email);
  await dialog.getByLabel('Password', { exact: true }).fill('a first password');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('E-mail')).toHaveAccessibleDescription(/already an account/);
  await expect(dialog.getByLabel('E-mail')).toBeFocused();
  await dialog.getByLabel('Password', { exact: true }).fill('short');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/8 characters/);
  await expectAccessible(page, 'new user refused');
});

test('a role is given and taken after a question', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await choose(page, person, 'Make administrator');
  const question = page.getByRole('alertdialog', { name: `Make ${person.name} an administrator?` });
  await expectAccessible(page, 'role question');
  await question.getByRole('button', { name: 'Make administrator' }).click();
  await expect(row(page, person)).toContainText('Administrator');
  await choose(page, person, 'Make ordinary user');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make ordinary user' }).click();
  await expect(row(page, person)).not.toContainText('Administrator');
});

test('a deactivated user cannot sign in until reactivated', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await choose(page, person, 'Deactivate');
  const question = page.getByRole('alertdialog', { name: `Deactivate ${person.name}?` });
  await expect(question).toContainText('They have no keys');
  await question.getByRole('button', { name: 'Deactivate' }).click();
  await expect(row(page, person)).toContainText('Deactivated');
  expect(await signInStatus(page, person, person.password)).not.toBe(200);
  await choose(page, person, 'Reactivate');
  await expect(row(page, person)).toContainText('Active');
  expect(await signInStatus(page, person, person.password)).toBe(200);
});

test('the platform is never left without an administrator, and the refusal is told', async ({
  page,
  product,
  administratorApi,
  complaints,
}) => {
  complaints.allow(/status of 4\d\d/);
  // Other tests of this product may have left administrators.
  const { items } = await administratorApi.adminUsers.list.query({ role: 'admin' });
  for (const { id, email } of items) {
    if (email !== product.administrator.email)
      await administratorApi.adminUsers.update.mutate({ id, role: 'user' });
  }
  await page.goto('/admin/users');
  await choose(page, product.administrator, 'Deactivate');
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Deactivate' }).click();
  await expect(question.getByRole('alert')).not.toBeEmpty();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, product.administrator)).toContainText('Active');
});

test('another password replaces the forgotten one', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await choose(page, person, 'Set another password');
  const dialog = page.getByRole('dialog', { name: `Another password for ${person.name}` });
  await dialog.getByLabel('New password', { exact: true }).fill('a second password');
  await expectAccessible(page, 'another password');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  expect(await signInStatus(page, person, person.password)).not.toBe(200);
  expect(await signInStatus(page, person, 'a second password')).toBe(200);
});

test('a top-up is read back, booked once, and seen in the list', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await choose(page, person, 'Top up');
  const dialog = page.getByRole('dialog', { name: `Top up the balance of ${person.name}` });
  const amount = dialog.getByLabel('Amount');
  for (const wrong of ['-5', '0', 'much', '1.12345678901']) {
    await amount.fill(wrong);
    await page.keyboard.press('Enter');
    await expect(amount).toHaveAccessibleDescription(/above zero/);
  }
  await expectAccessible(page, 'top-up refused');
  await amount.fill('12.345');
  await dialog.getByLabel('Note').fill('Invoice 7');
  await dialog.getByRole('button', { name: 'Top up ¥12.345' }).dblclick();
  await expect(dialog).toBeHidden();
  await expect(row(page, person).locator('data')).toHaveAttribute('value', /^12\.3450*$/);
});

test('the list needs no mouse and fits a phone', async ({ page }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await tabTo(page, page.getByRole('button', { name: `Actions for ${person.name}` }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Top up' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Amount')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.setViewportSize({ width: 360, height: 640 });
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'users on a phone');
});

test('an administrator limits all calls of a user together', async ({ page, asAdmin }) => {
  const person = somebody();
  await page.goto('/admin/users');
  await create(page, person);
  await choose(page, person, 'Limits');
  const dialog = page.getByRole('dialog', { name: `Limits of ${person.name}` });
  await dialog.getByLabel('Calls per minute').fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Calls per minute')).toHaveAccessibleDescription(/from 1 to 1,000,000,000/);
  await expectAccessible(page, 'limits');
  await dialog.getByLabel('Calls per minute').fill('30');
  await dialog.getByLabel('Calls at once').fill('2');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const { items } = await asAdmin.adminUsers.list.query();
  expect(items.find(({ email }) => email === person.email)).toMatchObject({
    rpm_limit: 30,
    tpm_limit: null,
    concurrency_limit: 2,
  });
});
