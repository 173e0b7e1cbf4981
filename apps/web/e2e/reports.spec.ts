import { readFile } from 'node:fs/promises';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

test('a report is exported and a code redeemed, on a phone too', async ({
  page,
  priced,
  context,
  product,
}) => {
  await priced.callWith(1_000_000, 100_000);
  const { codes } = await priced.admin.adminRedeemCodes.create.mutate({ count: 1, amount: '20' });
  const [code = ''] = codes;

  // A code typed in another way, with an error at first.
  await page.goto('/billing');
  const field = page.getByRole('textbox', { name: 'Code' });
  await field.fill(`${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`);
  await page.getByRole('button', { name: 'Redeem' }).click();
  await expect(page.getByText('Something in it is mistyped')).toBeVisible();
  await field.fill(code.toLowerCase().replaceAll('-', ' '));
  await expect(field).toHaveValue(code);
  await page.keyboard.press('Enter');
  await expect(page.getByText('¥20.00 added to your balance')).toBeVisible();
  // 10 - (2.4 + 0.96) + 20
  await expect(page.getByRole('table').getByRole('row').nth(1)).toContainText(
    `+¥20.00¥26.64${code.slice(0, 5)}`,
  );
  await expect(field).toHaveValue('');
  await field.fill(code);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/You have redeemed this code already/)).toBeVisible();

  // The month as a report that agrees with the ledger, and its file.
  await page.getByRole('link', { name: 'Reports' }).click();
  await expect(page.getByText('Cost in total ¥3.36: exactly what was charged.')).toBeVisible();
  await expect(page.getByText('= ¥26.64')).toBeVisible();
  await page.getByRole('link', { name: 'By model' }).click();
  await expect(page).toHaveURL(/by=model/);
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toContainText(priced.model);
  await expect(rows.last()).toContainText(/Total\s*101,000,000100,000¥3.36/);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  expect(file).toContain(`\r\n${priced.model},false,1,0,1000000,100000,3.36,CNY\r\n`);
  await rows.nth(1).click();
  await expect(page).toHaveURL(new RegExp(`/logs\\?.*model=${priced.model}`));

  // On paper there is no panel, whatever the theme; on a phone, in Chinese, nothing is cut off.
  await page.goBack();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('Cost report · By model')).toBeVisible();
  await expect(page.getByText(priced.account.email).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reports' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 360, height: 640 });
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.goto('/billing/report?start=2026-01-01&end=2026-12-31&by=key');
  await expect(page.getByRole('heading', { name: '费用报表' })).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('an administrator makes codes, keeps them, and takes back what nobody has redeemed', async ({
  page,
  asAdmin,
}) => {
  void asAdmin;
  await page.goto('/admin/redeem-codes?create=1');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('How many').fill('3');
  await dialog.getByLabel(/Amount of each/).fill('12.50');
  await dialog.getByLabel('Note').fill('Spring');
  await dialog.getByRole('button', { name: 'Make 3 codes of ¥12.50' }).click();
  await expect(page.getByTestId('new-codes').getByRole('listitem')).toHaveCount(3);
  await expectAccessible(page, 'new codes');
  // Not closed by a slip.
  await page.keyboard.press('Escape');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download CSV' }).click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  expect(file.match(/12\.5,CNY,,\d+,Spring/g)).toHaveLength(3);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const rows = page.getByRole('table').getByRole('row');
  await rows
    .nth(1)
    .getByRole('button', { name: /Actions for code/ })
    .click();
  await page.getByRole('menuitem', { name: 'Show its batch' }).click();
  await expect(rows).toHaveCount(4);
  await page.getByRole('button', { name: 'Disable open codes' }).click();
  await expect(page.getByText('3 codes are disabled')).toBeVisible();
  await page.getByRole('button', { name: 'Delete what is not redeemed' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('3 codes worth ¥37.50');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
});
