import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

test('one look tells that the installation is well, live, and the books are checked on demand', async ({
  page,
  asAdmin,
}) => {
  void asAdmin;
  await page.goto('/admin/health');
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
  const summary = page.getByRole('region', { name: /All is well|attention/ });
  await expect(summary).toContainText('Processes');
  await expect(page.getByRole('region', { name: 'Database and disk' })).toContainText(
    'The embedded PostgreSQL answers',
  );
  // It is told again, without anybody asking.
  const asOf = summary.locator('time');
  const before = await asOf.getAttribute('datetime');
  await expect(asOf).not.toHaveAttribute('datetime', before ?? '', { timeout: 10_000 });

  const demand = page.getByRole('region', { name: 'Checks on demand' });
  await demand.getByRole('button', { name: 'Check now' }).first().click();
  await expect(demand.getByText('Everything adds up')).toBeVisible();
  await expect(demand).toContainText('Every balance is the sum of its ledger entries');
  await expectAccessible(page, 'health');

  await page.setViewportSize({ width: 360, height: 640 });
  await expectNoSidewaysScroll(page);
});

test('a user does not find the pages of administrators', async ({ page, asUser }) => {
  void asUser;
  for (const path of ['/admin/health', '/admin/audit']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/$/);
  }
});
