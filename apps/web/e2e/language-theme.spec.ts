import { expect, test } from './support/test.ts';

test('the first response already speaks the chosen language and wears the chosen theme', async ({
  page,
  product,
}) => {
  const html = async (headers: Record<string, string>) => {
    const response = await page.request.get(`${product.origin}/sign-in`, { headers });
    return /<html[^>]*>/.exec(await response.text())?.[0] ?? '';
  };
  expect(await html({ 'accept-language': 'zh-TW,zh;q=0.9,en;q=0.8' })).toContain('lang="zh-CN"');
  expect(await html({ 'accept-language': 'en-GB' })).toContain('lang="en"');
  expect(await html({ 'accept-language': 'en-GB' })).toContain('data-theme="system"');
  const chosen = await html({ 'accept-language': 'en-GB', cookie: 'locale=zh-CN; theme=dark' });
  expect(chosen).toContain('lang="zh-CN"');
  expect(chosen).toContain('data-theme="dark"');
});

test('language and theme change in place and stay, before signing in', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('someone@example.com');
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('menuitemradio', { name: '简体中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect(page).toHaveTitle(/登录/);
  await expect(page.getByLabel('邮箱')).toHaveValue('someone@example.com');

  await page.getByRole('button', { name: /主题/ }).click();
  await page.getByRole('menuitemradio', { name: '深色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  const response = await page.reload();
  const first = (await response?.text()) ?? '';
  expect(first).toMatch(/<html[^>]*lang="zh-CN"[^>]*data-theme="dark"/);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(dark);
});

test('an account’s language and theme follow it to another browser', async ({
  page,
  asUser,
  browser,
  product,
}) => {
  await page.goto('/settings');
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('radio', { name: '简体中文' }).check({ force: true });
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await expect
    .poll(async () => (await asUser.api.viewer.get.query()).viewer)
    .toMatchObject({ locale: 'zh-CN', theme: 'dark' });

  const elsewhere = await browser.newContext({ baseURL: product.origin, locale: 'en-US' });
  const cookies = (await page.context().cookies()).filter((cookie) => cookie.name === 'aigc_session');
  await elsewhere.addCookies(cookies);
  const other = await elsewhere.newPage();
  await other.goto('/settings');
  await expect(other.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
  await elsewhere.close();
});

test('without a choice the theme is the system’s', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).not.toBe(light);
});
