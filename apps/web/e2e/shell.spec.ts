import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

test('a visitor is sent to sign in and comes back to the page asked for', async ({ page, product }) => {
  await page.goto('/settings?from=test');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings%3Ffrom%3Dtest$/);
  await page.getByLabel('E-mail').fill(product.administrator.email);
  await page.getByLabel('Password', { exact: true }).fill(product.administrator.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/settings\?from=test$/);
});

test.describe('signed in', () => {
  test.beforeEach(({ asUser }) => void asUser);

  test('times are rendered in the zone of the browser, by the server too', async ({ page }) => {
    await page.goto('/settings');
    await page.reload();
    const html = await (await page.request.get('/settings')).text();
    expect(html).toContain('Asia/Shanghai');
  });

  test('administration is neither shown nor opened to users', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('navigation', { name: 'Main navigation' })).toBeVisible();
    await expect(page.getByText('Administration')).toHaveCount(0);
    await page.goto('/admin/users');
    await expect(page).toHaveURL(/\/$/);
  });

  test('a page that does not exist says so inside the frame of the panel', async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    const response = await page.goto('/nothing-here');
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
    await page.getByRole('navigation').getByRole('link', { name: 'Call logs' }).click();
    await expect(page.getByRole('heading', { name: 'Call logs' })).toBeVisible();
  });

  test('the drawer of a phone opens, traps the focus, leads on, and gives the focus back', async ({
    page,
  }) => {
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto('/settings');
    await expectNoSidewaysScroll(page);
    const opener = page.getByRole('button', { name: 'Open menu' });
    await opener.click();
    const drawer = page.getByRole('dialog', { name: 'Main navigation' });
    await expect(drawer).toBeVisible();
    await expectAccessible(page, 'drawer');
    await page.keyboard.press('Escape');
    await expect(drawer).toHaveCount(0);
    await expect(opener).toBeFocused();
    await opener.click();
    await drawer.getByRole('link', { name: 'API keys' }).click();
    await expect(page).toHaveURL(/\/keys$/);
    await expect(drawer).toHaveCount(0);
  });

  test('the palette finds pages, models and calls, and keys alone lead to pages', async ({
    page,
    context,
    baseURL,
  }) => {
    await page.goto('/');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await expect(palette.getByRole('option', { name: 'API keys' })).toBeVisible();
    await expect(palette.getByText('Administration')).toHaveCount(0);
    await expectAccessible(page, 'palette');
    const query = palette.getByRole('combobox');
    await expect(query).toBeFocused();
    await page.keyboard.type('stat');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/stats$/);
    await expect(palette).toHaveCount(0);

    await page.getByRole('button', { name: /^Search/ }).click();
    await expect(query).toBeFocused();
    await page.keyboard.type('demo-chat');
    await expect(palette.getByRole('option')).toHaveCount(1);
    await expect(palette.getByRole('option', { name: 'demo-chat' })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/playground\?model=demo-chat$/);

    await page.goto('/stats');
    await page.keyboard.press('Control+k');
    await expect(query).toBeFocused();
    await page.keyboard.type('req_0123456789abcdef');
    const call = palette.getByRole('option', { name: 'Find the call req_0123456789abcdef' });
    await expect(call).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/logs\?request_id=req_0123456789abcdef$/);

    await page.goto('/stats');
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await expect(page).toHaveURL(/\/keys$/);
    await page.keyboard.press('Control+k');
    await expect(query).toBeFocused();
    await page.keyboard.type('new key');
    await expect(palette.getByRole('option')).toHaveCount(1);
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'New key', exact: true });
    await expect(form).toBeVisible();
    await expect(page).toHaveURL(/\/keys$/);
    await form.getByLabel('Name').fill('g k');
    await expect(page).toHaveURL(/\/keys$/);

    await context.addCookies([{ name: 'locale', value: 'zh-CN', url: baseURL ?? '' }]);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto('/stats');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: '键盘快捷键' });
    await expect(sheet).toBeVisible();
    await expectAccessible(page, 'shortcuts');
    await sheet.getByText('无需 Ctrl 或 Command 的按键').click();
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog', { name: '命令' })).toBeVisible();
    await expect(sheet).toHaveCount(0);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'palette on a phone');
  });

  test('the skip link leads past the navigation', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#content')).toBeFocused();
  });

  test('pages carry a strict content security policy with a nonce of their own', async ({ page }) => {
    const policies = await Promise.all(
      [1, 2].map(async () => (await page.request.get('/')).headers()['content-security-policy'] ?? ''),
    );
    for (const policy of policies) {
      expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]+'(;|$)/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("object-src 'none'");
    }
    expect(policies[0]).not.toBe(policies[1]);
  });
});
