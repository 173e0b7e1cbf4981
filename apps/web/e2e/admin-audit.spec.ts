import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

test('a change is found by who made it, shown before and after, and exported', async ({ page, asAdmin }) => {
  await asAdmin.adminSettings.update.mutate({ platform_name: 'Audited Name' });
  await asAdmin.adminSettings.update.mutate({ platform_name: 'AIGC Space' });
  await page.goto('/admin/audit');
  await page.getByRole('search').getByLabel('What').selectOption('settings.update');
  await expect(page).toHaveURL(/action=settings\.update/);
  await page
    .getByRole('link')
    .filter({ has: page.locator('time') })
    .first()
    .click();
  const sheet = page.getByRole('dialog', { name: 'Changed the settings' });
  const row = sheet.getByRole('row', { name: /platform_name/ });
  await expect(row).toContainText('Audited Name');
  await expect(row).toContainText('AIGC Space');
  await expectAccessible(page, 'audit entry');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/entry=/);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-log-\d{8}-\d{4}\.csv$/);

  await page.getByRole('search').getByRole('searchbox').fill('nobody at all');
  await expect(page.getByText('No entry fits these filters.')).toBeVisible();
  await page.setViewportSize({ width: 360, height: 640 });
  await expectNoSidewaysScroll(page);
});
