import type { Page } from '@playwright/test';
import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectNoSidewaysScroll } from './support/accessible.ts';
import { createAdministrator, openSetup, runShownCurl } from './support/first-run.ts';
import { enter, tabTo } from './support/keyboard.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{ upstream: ScriptedUpstream }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  upstream: async ({}, use) => {
    const upstream = await startScriptedUpstream({ models: ['llama3.1:8b'] });
    upstream.script('my-llama', { text: 'Hello from the desk.' });
    await use(upstream);
    await upstream.close();
  },
});

const phone = { width: 360, height: 640 };

async function callStatus(origin: string, apiKey: string, model = 'demo-chat'): Promise<number> {
  const response = await fetch(`${origin}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  return response.status;
}

test('a local model comes from the empty list to its first answer without a mouse', async ({
  page,
  upstream,
  asUser: _asUser,
}) => {
  await page.goto('/');
  await enter(page, page.getByRole('link', { name: 'Model plaza' }));
  await expect(page).toHaveURL(/\/models$/);
  await enter(page, page.getByRole('link', { name: /^Local models/ }));
  const add = page.getByRole('main').getByRole('link', { name: 'Add local model' }).first();
  await enter(page, add);

  const sheet = page.getByRole('dialog', { name: 'Add a local model' });
  await expect(sheet.getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(add).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(sheet.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('my-llama');
  await tabTo(page, sheet.getByLabel('Address'));
  await page.keyboard.type(upstream.baseUrl);
  await enter(page, sheet.getByRole('button', { name: 'Test connection' }));
  await expect(sheet.getByRole('group', { name: 'Connection test' })).toContainText(/It works: answered in/);
  await enter(page, sheet.getByRole('button', { name: 'Save', exact: true }));
  await expect(sheet).toBeHidden();

  const details = page.getByRole('link', { name: 'Details of my-llama' });
  await enter(page, details);
  const model = page.getByRole('dialog', { name: 'my-llama' });
  await expect(model).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(model).toBeHidden();
  await expect(details).toBeFocused();
  await page.keyboard.press('Enter');
  await enter(page, model.getByRole('link', { name: 'Try it' }));
  await expect(page).toHaveURL(/\/playground\?model=my-llama$/);
  await tabTo(page, page.getByRole('textbox', { name: 'Message' }));
  await page.keyboard.type('Hello');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText('Hello from the desk.');
});

test.describe('on a phone', () => {
  test.use({ viewport: phone, hasTouch: true });

  /** Opens a page by the drawer, as a phone does, and holds it to the phone's width. */
  async function open(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name: 'Open menu' }).tap();
    await page.getByRole('dialog').getByRole('link', { name }).tap();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expectNoSidewaysScroll(page);
  }

  test('the set-up leads to a first call', async ({ page, freshProduct }) => {
    await openSetup(page, freshProduct);
    await expectNoSidewaysScroll(page);
    await createAdministrator(page);
    await expectNoSidewaysScroll(page);
    await runShownCurl(page);
    await expect(page.getByText('Your first call has arrived')).toBeVisible();
    await page.getByLabel('I have stored the key').check();
    await page.getByRole('link', { name: 'See it in the call log' }).tap();
    await expect(page.getByRole('dialog')).toContainText('demo-chat');
    await expectNoSidewaysScroll(page);
  });

  test('a local model is added and answers', async ({ page, upstream, asUser: _asUser }) => {
    await page.goto('/');
    await open(page, 'Model plaza');
    await page.getByRole('link', { name: /^Local models/ }).tap();
    await page.getByRole('main').getByRole('link', { name: 'Add local model' }).first().tap();
    const sheet = page.getByRole('dialog', { name: 'Add a local model' });
    await sheet.getByLabel('Name').fill('my-llama');
    await sheet.getByLabel('Address').fill(upstream.baseUrl);
    await sheet.getByRole('button', { name: 'Test connection' }).tap();
    await expect(sheet).toContainText(/It works: answered in/);
    await expectNoSidewaysScroll(page);
    await sheet.getByRole('button', { name: 'Save', exact: true }).tap();
    await page.getByRole('link', { name: 'Details of my-llama' }).tap();
    await page.getByRole('dialog', { name: 'my-llama' }).getByRole('link', { name: 'Try it' }).tap();
    await page.getByRole('textbox', { name: 'Message' }).fill('Hello');
    await page.getByRole('button', { name: 'Send' }).tap();
    await expect(page.getByRole('main')).toContainText('Hello from the desk.');
    await expectNoSidewaysScroll(page);
  });

  test('a key lives from its first call to its deletion', async ({ page, product, asUser }) => {
    await page.goto('/');
    await open(page, 'API keys');
    await page.getByRole('main').getByRole('button', { name: 'New key' }).first().tap();
    await page.getByRole('dialog').getByLabel('Name').fill('Pocket');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).tap();
    const made = page.getByTestId('new-key');
    const apiKey = /sk-aigc-[0-9A-Za-z]+/.exec(await made.innerText())?.[0] ?? '';
    await expectNoSidewaysScroll(page);
    expect(await callStatus(product.origin, apiKey)).toBe(200);
    await page.getByRole('button', { name: 'Copy key' }).tap();
    await page.getByRole('button', { name: 'Close' }).first().tap();
    await expect(made).toBeHidden();

    const act = async (entry: string, confirm?: string) => {
      await page.getByRole('button', { name: 'Actions for Pocket' }).tap();
      await page.getByRole('menuitem', { name: entry, exact: true }).tap();
      if (confirm === undefined) return;
      await page.getByRole('alertdialog').getByRole('button', { name: confirm }).tap();
      await expect(page.getByRole('alertdialog')).toBeHidden();
    };
    await act('Disable', 'Disable key');
    expect(await callStatus(product.origin, apiKey)).toBe(403);
    await act('Enable');
    await expect.poll(() => callStatus(product.origin, apiKey)).toBe(200);
    await act('Delete', 'Delete key');
    await expect(page.getByText('No keys yet')).toBeVisible();
    await expectNoSidewaysScroll(page);
    expect(await callStatus(product.origin, apiKey)).toBe(401);
    expect((await asUser.api.keys.list.query()).items).toEqual([]);
  });

  test('an administrator connects a provider and sets a price, and a call is billed by it', async ({
    page,
    product,
    asAdmin,
    upstream,
  }) => {
    const name = `Pocket ${process.pid}`;
    const title = `pocket-chat-${process.pid}`;
    upstream.script('up-chat', { text: 'Moored.', usage: { promptTokens: 1_000, completionTokens: 500 } });
    await page.goto('/');
    await open(page, 'Providers and models');
    await page.getByRole('link', { name: 'Connect a provider' }).first().tap();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /Another address/ })
      .tap();
    const sheet = page.getByRole('dialog', { name: 'Connect another address' });
    await sheet.getByLabel('Name').fill(name);
    await sheet.getByLabel('Address').fill(upstream.baseUrl);
    await sheet.getByLabel('API key', { exact: false }).first().fill('sk-upstream-0123456789');
    await expectNoSidewaysScroll(page);
    await sheet.getByRole('button', { name: 'Connect', exact: true }).tap();

    const add = page.getByRole('dialog', { name: 'Add a model' });
    await add.getByLabel('Title').fill(title);
    await add.getByLabel('Model id at the provider').fill('up-chat');
    await add.getByLabel('Input price').fill('2.5');
    await add.getByLabel('Output price').fill('10');
    await expectNoSidewaysScroll(page);
    await add.getByRole('button', { name: 'Save' }).tap();
    await expect(add).toBeHidden();
    const card = page.getByRole('row').filter({ hasText: title });
    await expect(card).toContainText('¥2.50');
    await card.getByRole('switch').tap();
    await expect(card.getByRole('switch')).toBeChecked();
    await expectNoSidewaysScroll(page);

    const { items } = await asAdmin.adminUsers.list.query({ search: product.administrator.email });
    for (const { id } of items)
      await asAdmin.adminBilling.topUp.mutate({ user_id: id, amount: '1', note: 'To start with' });
    const { api_key: apiKey } = await asAdmin.keys.create.mutate({ name });
    expect(await callStatus(product.origin, apiKey, title)).toBe(200);
    // 1,000 × 2.5 / 10^6 + 500 × 10 / 10^6
    const bills = async () =>
      (await asAdmin.logs.list.query({ scope: 'all', model: title })).items.map(({ bill }) => bill);
    await expect.poll(bills).toEqual([expect.stringMatching(/^0\.00750*$/)]);
  });
});
