import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

test.beforeEach(({ asAdmin }) => void asAdmin);

/** The settings are everybody's: the next test finds them as they were. */
test.afterEach(async ({ asAdmin }) => {
  await asAdmin.adminSettings.update.mutate({
    platform_name: 'AIGC Space',
    registration: 'closed',
    upstream_allow: [],
    body_log_mode: 'off',
    body_log_max_bytes: 65_536,
    body_log_keep_days: 7,
  });
});

test('the platform’s name changes in the sidebar and in titles at once', async ({ page }) => {
  await page.goto('/admin/settings');
  await expectAccessible(page, 'platform settings');
  const form = page.getByRole('region', { name: 'General' });
  await form.getByLabel('Platform name').fill('  Model Harbour ');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(page.getByRole('complementary')).toContainText('Model Harbour');
  await expect(page).toHaveTitle(/Model Harbour$/);
  await expect(form.getByLabel('Platform name')).toHaveValue('Model Harbour');
});

test('a name that is empty is refused beside its field', async ({ page, complaints }) => {
  complaints.allow(/status of 400/);
  await page.goto('/admin/settings');
  const form = page.getByRole('region', { name: 'General' });
  await form.getByLabel('Platform name').fill(' ');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByLabel('Platform name')).toHaveAccessibleDescription(/must not be empty/i);
  await expect(form.getByLabel('Platform name')).toBeFocused();
});

test('what people send is kept only once an administrator has chosen so', async ({ page, complaints }) => {
  complaints.allow(/status of 400/);
  await page.goto('/admin/settings');
  const form = page.getByRole('region', { name: 'Content of calls' });
  await expect(form.getByLabel('For')).toBeDisabled();
  await form.getByLabel('Keep').selectOption('failed');
  await form.getByLabel('For').fill('0');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByLabel('For')).toBeFocused();
  await form.getByLabel('For').fill('1');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await page.goto('/settings');
  await expect(page.getByTestId('body-notice')).toContainText('Of calls that fail');
  await expect(page.getByTestId('body-notice')).toContainText('1 day.');
});

test('opened registration lets a stranger make an account', async ({ page, browser, product }) => {
  await page.goto('/admin/settings');
  const form = page.getByRole('region', { name: 'Access' });
  await form.getByLabel('Registration').selectOption('open');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();

  const elsewhere = await browser.newContext({ baseURL: product.origin, locale: 'en' });
  try {
    const other = await elsewhere.newPage();
    await other.goto('/register');
    await other.locator('html[data-ready]').waitFor();
    await other.getByLabel('Name').fill('Stranger');
    await other.getByLabel('E-mail').fill(`stranger-${process.pid}@example.com`);
    await other.getByLabel('Password', { exact: true }).fill('a stranger’s password');
    await other.keyboard.press('Enter');
    await expect(other).toHaveURL(`${product.origin}/`);
    await expect(other.getByText('Administration')).toHaveCount(0);
  } finally {
    await elsewhere.close();
  }
});

test('an allow entry that is malformed is named beside its field, and nothing is saved', async ({
  page,
  asAdmin,
  complaints,
}) => {
  complaints.allow(/status of 400/);
  await page.goto('/admin/settings');
  const card = page.getByRole('region', { name: 'Upstream addresses' });
  const entries = card.getByLabel('Allowed addresses');
  await entries.fill('192.168.1.5:11434\n\nno port here\n');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(entries).toHaveAccessibleDescription(/no port here/);
  await expect(entries).toBeFocused();
  await expectAccessible(page, 'allow entry refused');
  expect((await asAdmin.adminSettings.get.query()).upstream_allow).toEqual([]);

  await entries.fill(' 192.168.1.5:11434 \n\n10.1.0.0/16:*\n192.168.1.5:11434');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(entries).toHaveValue('192.168.1.5:11434\n10.1.0.0/16:*');
  expect((await asAdmin.adminSettings.get.query()).upstream_allow).toEqual([
    '192.168.1.5:11434',
    '10.1.0.0/16:*',
  ]);
});

test('what is typed and not saved is not lost by a click', async ({ page }) => {
  await page.goto('/admin/settings');
  const name = page.getByLabel('Platform name');
  await name.fill('Half a na');
  await page.getByRole('link', { name: 'Users' }).click();
  const question = page.getByRole('alertdialog', { name: 'Discard your changes?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(name).toHaveValue('Half a na');
  await page.getByRole('link', { name: 'Users' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page).toHaveURL(/\/admin\/users$/);
});

test('what a retention would delete is said before it is saved', async ({ page, asAdmin }) => {
  await page.goto('/admin/settings');
  const form = page.getByRole('region', { name: 'Call log' });
  await form.getByLabel('Keep calls in the log for').fill('30');
  await expect(form).toContainText('Deletes nothing now');
  await expect(form).toContainText('Not saved yet');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  expect((await asAdmin.adminSettings.get.query()).log_retention_days).toBe(30);
  await asAdmin.adminSettings.update.mutate({ log_retention_days: null });
});

test('the settings fit a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/admin/settings');
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'platform settings on a phone');
});
