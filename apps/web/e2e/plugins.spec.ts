import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiOf } from './support/api.ts';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { startProduct } from './support/product.ts';
import { expect, ready, test } from './support/test.ts';

const example = fileURLToPath(new URL('../../../examples/provider-plugin', import.meta.url));

test('administrators see the plug-ins that were loaded and why another was left out, and connect with one', async ({
  page,
  context,
}) => {
  test.setTimeout(150_000);
  const directory = await mkdtemp(join(tmpdir(), 'aigc-plugin-'));
  const broken = join(directory, 'broken.mjs');
  await writeFile(broken, 'throw new Error("no licence file");');
  const administrator = { email: 'admin@example.com', password: 'correct horse battery' };
  const product = await startProduct({
    INIT_ADMIN_EMAIL: administrator.email,
    INIT_ADMIN_PASSWORD: administrator.password,
    PLUGINS: `${example},${broken}`,
  });
  try {
    const api = apiOf(context, product.origin);
    await api.auth.signIn.mutate(administrator);
    await page.goto(`${product.origin}/admin/providers`);
    await ready(page);
    const table = page.getByRole('table', { name: 'Plug-ins' });
    const row = (text: string) => table.getByRole('row').filter({ hasText: text });
    await expect(row('Acme')).toContainText('1.0.0');
    await expect(row('Acme')).toContainText('Loaded');
    await expect(row('broken.mjs')).toContainText('Left out');
    await expect(row('broken.mjs')).toContainText('no licence file');
    await expectAccessible(page, 'providers with plug-ins');
    await page.setViewportSize({ width: 360, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1280, height: 900 });

    await page.goto(`${product.origin}/admin/providers?connect=1`);
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('link', { name: /^Acme/ }).click();
    await expect(sheet.getByLabel('Address')).toHaveValue('https://api.acme.example/v2');
    await expect(sheet.getByLabel('Region')).toHaveValue('eu');
    await sheet.getByLabel('Region').selectOption('China');
    await sheet.getByLabel('Acme key').fill('acme-secret-0123');
    await expectAccessible(page, 'the form of a plug-in');
    await sheet.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Add a model' })).toBeVisible();
    const { items } = await api.adminProviders.list.query();
    expect(items.find(({ dialect }) => dialect === 'acme')).toMatchObject({
      base_url: 'https://api.acme.example/v2',
      settings: { region: 'cn' },
      has_api_key: true,
    });
    await page.close();
  } finally {
    await product.stop();
    await rm(directory, { recursive: true, force: true });
  }
});
