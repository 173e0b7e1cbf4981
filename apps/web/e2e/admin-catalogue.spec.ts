import { readFile } from 'node:fs/promises';
import { addModel, connectProvider } from './support/cloud.ts';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

test('a file is checked, its faults are shown with their lines, and then it is imported', async ({
  page,
  asAdmin,
}) => {
  const { id, name, word } = await connectProvider(asAdmin, 'http://127.0.0.1:9/v1');
  await addModel(asAdmin, { title: `${word}-old`, provider_id: id });
  const file = (price: string) => `models:
  - title: ${word}-old
    provider: ${name}
    prices: { output: 12 }
  - title: ${word}-new
    provider: ${name}
    enabled: true
    prices: { input: 1, ${price}: 2 }
`;

  await page.goto('/admin/providers?tab=models');
  await page.getByRole('button', { name: 'As a file' }).click();
  await page.getByRole('menuitem', { name: 'Import' }).click();
  const sheet = page.getByRole('dialog', { name: 'Import providers and models' });
  await expect(sheet.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  await sheet.getByLabel('Content of the file').fill(file('outptu'));
  await sheet.getByRole('button', { name: 'Check' }).click();
  await expect(sheet.getByText('Line 8, column 25')).toBeVisible();
  await expect(sheet.getByText('unknown key "outptu"')).toBeVisible();
  await expectAccessible(page, 'a file with a fault');

  await sheet.getByLabel('Content of the file').fill(file('output'));
  await expect(sheet.getByText('unknown key')).toBeHidden();
  await sheet.getByRole('button', { name: 'Check' }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: `${word}-old` })).toContainText('Stays');
  await sheet.getByLabel('Overwrite what is there').check();
  await sheet.getByRole('button', { name: 'Check' }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: `${word}-old` })).toContainText(
    /Change.*prices\.output.*9\.6 → 12/s,
  );
  await expect(sheet.getByRole('listitem').filter({ hasText: `${word}-new` })).toContainText('New');
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'what an import would change');
  await sheet.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('2 entries were imported')).toBeVisible();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: `${word}-new` })).toContainText('¥2.00');

  // What was imported is switched off and on at once, and nothing else with it.
  await page.getByPlaceholder('Search models').fill(word);
  await expect(page.getByRole('heading', { name: /^2 of \d+ models$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Disable 2' }).click();
  const question = page.getByRole('alertdialog', { name: 'Disable 2 models?' });
  await expect(question).toContainText(`${word}-old`);
  await expectAccessible(page, 'whether to disable what is shown');
  await question.getByRole('button', { name: 'Disable' }).click();
  const switches = page.getByRole('switch', { name: new RegExp(word) });
  await expect(switches.and(page.getByRole('switch', { checked: false }))).toHaveCount(2);
  await page.getByRole('button', { name: 'Enable 2' }).click();
  await expect(switches.and(page.getByRole('switch', { checked: true }))).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Disable 2' })).toBeEnabled();
});

test('what is exported has no key in it, and importing it changes nothing', async ({ page, asAdmin }) => {
  const { name } = await connectProvider(asAdmin, 'http://127.0.0.1:9/v1');
  await page.goto('/admin/providers');
  await page.getByRole('button', { name: 'As a file' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('models.yaml');
  const path = await download.path();
  const text = await readFile(path, 'utf8');
  expect(text).toContain(`name: ${name}`);
  expect(text).not.toContain('sk-upstream');

  await page.goto('/admin/providers?import=1');
  const sheet = page.getByRole('dialog', { name: 'Import providers and models' });
  await sheet.locator('input[type=file]').setInputFiles(path);
  await expect(sheet.getByLabel('Content of the file')).toHaveValue(text);
  await sheet.getByLabel('Overwrite what is there').check();
  await sheet.getByRole('button', { name: 'Check' }).click();
  await expect(sheet.getByText('There is nothing to change')).toBeVisible();
});
