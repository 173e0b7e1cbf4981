import type { Locator, Page } from '@playwright/test';
import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { connectProvider } from './support/cloud.ts';
import { expect, test as base } from './support/test.ts';

const upstreamKey = 'sk-upstream-0123456789';

const test = base.extend<{ upstream: ScriptedUpstream }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  upstream: async ({}, use) => {
    const upstream = await startScriptedUpstream({
      models: ['up-chat', 'up-other'],
      credentials: [upstreamKey],
    });
    await use(upstream);
    await upstream.close();
  },
});

test.beforeEach(({ asAdmin }) => void asAdmin);

let count = 0;

/** A name that no other test uses. */
function uniqueName(word: string): string {
  count += 1;
  return `${word} ${process.pid}x${count}`;
}

const card = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name });
const row = (page: Page, title: string) => page.getByRole('row').filter({ hasText: title });

async function typePrices(sheet: Locator, input: string, output: string): Promise<void> {
  await sheet.getByLabel('Input price').fill(input);
  await sheet.getByLabel('Output price').fill(output);
}

test('from a provider’s address to a call that is billed and seen in the balance', async ({
  page,
  asAdmin,
  product,
  upstream,
}) => {
  test.slow();
  const name = uniqueName('Harbour');
  const title = uniqueName('harbour-chat').replace(' ', '-');
  upstream.script('up-chat', { text: 'Moored.', usage: { promptTokens: 1_000, completionTokens: 500 } });

  // Connected, after a test with the key.
  await page.goto('/admin/providers');
  await page.getByRole('link', { name: 'Connect a provider' }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Another address/ })
    .click();
  const sheet = page.getByRole('dialog', { name: 'Connect another address' });
  await sheet.getByLabel('Name').fill(name);
  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await expect(sheet.getByLabel('Address')).toHaveAccessibleDescription(
    `Will call ${upstream.baseUrl}/chat/completions`,
  );
  await sheet.getByLabel('API key', { exact: false }).first().fill(upstreamKey);
  await sheet.getByLabel('Model to test with').fill('up-chat');
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet.getByText(/^It works: answered in/)).toBeVisible();
  await expectAccessible(page, 'provider tested');
  await sheet.getByRole('button', { name: 'Connect', exact: true }).click();

  // The next thing is its model; the key is masked from here on.
  const add = page.getByRole('dialog', { name: 'Add a model' });
  await expect(add).toBeVisible();
  await add.getByRole('button', { name: 'List the provider’s models' }).click();
  await expect(add.getByText('The provider has 2 models to choose from.')).toBeVisible();
  await add.getByLabel('Title').fill(title);
  await add.getByLabel('Model id at the provider').fill('up-chat');
  await add.getByLabel('Model id at the provider').press('Escape');
  await add.getByLabel('Input price').fill('2.5');
  await add.getByLabel('Output price').fill('10');
  await expectAccessible(page, 'model to add');
  await add.getByRole('button', { name: 'Save' }).dblclick();
  await expect(add).toBeHidden();
  await expect(row(page, title)).toHaveCount(1);
  await expect(row(page, title)).toContainText('¥2.50');

  // Called, it is refused until it is enabled, which takes effect at once.
  const { api_key: key } = await asAdmin.keys.create.mutate({ name });
  const call = () =>
    fetch(`${product.origin}/api/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: title, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  expect((await call()).status).toBe(403);
  const apiUse = row(page, title).getByRole('switch');
  await apiUse.click();
  await expect(apiUse).toBeChecked();

  // A paid model wants a balance.
  expect((await call()).status).toBe(402);
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: `Actions for ${product.administrator.name}` }).click();
  await page.getByRole('menuitem', { name: 'Top up' }).click();
  await page.getByRole('dialog').getByLabel('Amount').fill('1');
  await page.getByRole('dialog').getByRole('button', { name: 'Top up ¥1.00' }).click();
  const balance = page.getByRole('link', { name: /Billing|Balance/ }).locator('data');
  await expect(balance).toHaveText('¥1.00');

  const answer = await call();
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'Moored.' } }] });
  expect(upstream.requests.at(-1)).toMatchObject({ model: 'up-chat', credential: upstreamKey });

  // 1,000 × 2.5 / 10^6 + 500 × 10 / 10^6
  // The journal brings the call to the database a moment after its answer.
  const bills = async () => {
    const { items } = await asAdmin.logs.list.query({ scope: 'all', model: title, status: 'success' });
    return items.map(({ bill }) => bill);
  };
  await expect.poll(bills).toEqual([expect.stringMatching(/^0\.00750*$/)]);
  await page.reload();
  await expect(balance).toHaveAttribute('value', /^0\.99250*$/);

  // Gone: what is lost is named, and the same call is refused.
  await page.goto('/admin/providers');
  await expect(card(page, name)).toContainText('…6789');
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const question = page.getByRole('alertdialog', { name: `Delete ${name}?` });
  await expect(question).toContainText(title);
  await expect(question).toContainText('The API key that is saved for it');
  await expectAccessible(page, 'provider to delete');
  await question.getByRole('button', { name: 'Delete provider' }).click();
  await expect(card(page, name)).toHaveCount(0);
  expect((await call()).status).toBe(404);
});

test('a preset is connected with its models, unpriced and not enabled', async ({ page, asAdmin }) => {
  await page.goto('/admin/providers?connect=1');
  const choice = page.getByRole('dialog', { name: 'Connect a provider' });
  await expect(choice.getByRole('link')).toHaveCount(17);
  await expectAccessible(page, 'choice of presets');
  await choice.getByRole('link', { name: /DeepSeek/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Connect DeepSeek' });
  await expect(sheet.getByRole('link', { name: 'Get a key from DeepSeek' })).toHaveAttribute(
    'href',
    'https://platform.deepseek.com/api_keys',
  );
  await expect(sheet.getByRole('checkbox', { name: /deepseek-reasoner/ })).toBeChecked();
  await sheet.getByRole('checkbox', { name: /deepseek-reasoner/ }).uncheck();

  // Its own server takes no call without a key.
  await sheet.getByRole('button', { name: 'Connect', exact: true }).click();
  const key = sheet.getByLabel('API key', { exact: true });
  await expect(key).toHaveAccessibleDescription('DeepSeek needs an API key.');
  await expect(key).toBeFocused();
  await expectAccessible(page, 'preset without its key');
  await key.fill('sk-deepseek-0123456789');
  await sheet.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/tab=models&provider=\d+$/);
  await expect(row(page, 'deepseek-chat')).toContainText('No price');
  await expect(row(page, 'deepseek-chat').getByRole('switch')).not.toBeChecked();
  await expect(row(page, 'deepseek-reasoner')).toHaveCount(0);
  await expectAccessible(page, 'unpriced models');

  const { items } = await asAdmin.adminProviders.list.query();
  const added = items.find(({ preset }) => preset === 'deepseek');
  expect(added).toMatchObject({ name: 'DeepSeek', base_url: 'https://api.deepseek.com/v1' });
  if (added) await asAdmin.adminProviders.delete.mutate({ id: added.id });
});

test('a protocol’s form asks for what it needs, and says what is wrong beside the field', async ({
  page,
  asAdmin,
}) => {
  await page.goto('/admin/providers?connect=1');
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Vertex AI/ })
    .click();
  const sheet = page.getByRole('dialog', { name: 'Connect Google Vertex AI' });
  const account = sheet.getByLabel('Service account (JSON)', { exact: true });
  const location = sheet.getByRole('combobox', { name: 'Location' });
  await expect(sheet.getByLabel('Name')).toHaveValue('Google Vertex AI');
  await expect(location).toHaveValue('global');
  await location.fill('Europe!');
  await location.press('Tab');
  await sheet.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(account).toHaveAccessibleDescription('Enter: Service account (JSON).');
  await expect(location).toHaveAccessibleDescription(/written in lower case/);
  await expectAccessible(page, 'form of a protocol with faults');
  await location.fill('eu');
  await location.press('Tab');
  await account.fill(JSON.stringify({ type: 'service_account', project_id: 'p' }));
  await sheet.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(account).toHaveAccessibleDescription(/has no client_email/);

  // Any other address may speak any protocol.
  await page.goto('/admin/providers?connect=custom');
  const name = uniqueName('Function');
  const other = page.getByRole('dialog', { name: 'Connect another address' });
  await other.getByLabel('Protocol').selectOption({ label: 'Custom HTTP function' });
  await other.getByLabel('Name').fill(name);
  await other.getByLabel('Address').fill('https://functions.example.com/answer');
  await other.getByLabel('Request template').fill('{"q": {{question}}}');
  await other.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(other.getByLabel('Request template')).toHaveAccessibleDescription(/question.* is not known/);
  await other.getByLabel('Request template').fill('{"q": {{prompt}}}');
  await expectNoSidewaysScroll(page);
  await other.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(other).toBeHidden();
  const { items } = await asAdmin.adminProviders.list.query();
  const added = items.find((one) => one.name === name);
  expect(added).toMatchObject({ dialect: 'custom-function', settings: { answer_path: 'output' } });
  await page.goto(`/admin/providers?edit=${added?.id}`);
  await expect(page.getByRole('dialog').getByText('Protocol: Custom HTTP function')).toBeVisible();
  await expect(page.getByRole('dialog').getByLabel('Request template')).toHaveValue('{"q": {{prompt}}}');
  if (added) await asAdmin.adminProviders.delete.mutate({ id: added.id });
});

test('another server needs the key again; the same one keeps it', async ({ page, asAdmin, upstream }) => {
  const name = uniqueName('Quay');
  const { id } = await asAdmin.adminProviders.create.mutate({
    name,
    base_url: upstream.baseUrl,
    api_key: upstreamKey,
  });
  await page.goto(`/admin/providers?edit=${id}`);
  const sheet = page.getByRole('dialog', { name: `Edit ${name}` });
  const key = sheet.getByLabel(/^API key/);
  await expect(key).toHaveValue('');
  await expect(key).toHaveAccessibleDescription(/ending in 6789/);
  await sheet.getByLabel('Address').fill('https://api.example.com/v1');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(key).toHaveAccessibleDescription(/another server/);
  await expect(key).toBeFocused();

  // Leaving asks first.
  await page.keyboard.press('Escape');
  await page
    .getByRole('alertdialog', { name: 'Discard your changes?' })
    .getByRole('button', { name: 'Cancel' })
    .click();
  await sheet.getByLabel('Address').fill(`${upstream.origin}/v1/`);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toBeHidden();
  await expect(card(page, name)).toContainText('…6789');
  await card(page, name).getByRole('button', { name: /^Test/ }).click();
  await expect(page.getByRole('dialog').getByText(/^It works/)).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await asAdmin.adminProviders.delete.mutate({ id });
});

test('a refused private address names the entry that would allow it', async ({ page }) => {
  await page.goto('/admin/providers?connect=custom');
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Address').fill('http://192.168.99.7:8123/v1');
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  const alert = sheet.getByRole('alert').filter({ hasText: '192.168.99.7:8123' });
  await expect(alert).toBeVisible();
  await expect(alert.getByRole('button', { name: /^Copy/ })).toBeVisible();
  await expect(alert.getByRole('link', { name: 'Platform settings' })).toHaveAttribute(
    'href',
    '/admin/settings',
  );
  await expectAccessible(page, 'forbidden address');
});

test('a disabled provider’s models cannot be called, and enabling it brings them back', async ({
  page,
  asAdmin,
  upstream,
}) => {
  const name = uniqueName('Pier');
  const { id } = await asAdmin.adminProviders.create.mutate({ name, base_url: upstream.baseUrl });
  await page.goto('/admin/providers');
  const status = page.getByRole('switch', { name: `${name} is enabled` });
  await expect(status).toBeChecked();
  await status.click();
  await expect(status).not.toBeChecked();
  expect((await asAdmin.adminProviders.list.query()).items.find((one) => one.id === id)?.status).toBe(
    'disabled',
  );
  await status.click();
  await expect(status).toBeChecked();
  await asAdmin.adminProviders.delete.mutate({ id });
});

test('a model’s faults stand beside their fields: title taken, prices that are none', async ({
  page,
  asAdmin,
  upstream,
  complaints,
}) => {
  complaints.allow(/status of 4\d\d/);
  const name = uniqueName('Dock');
  const { id } = await asAdmin.adminProviders.create.mutate({ name, base_url: upstream.baseUrl });
  await page.goto(`/admin/providers?tab=models&provider=${id}&model=new`);
  const sheet = page.getByRole('dialog', { name: 'Add a model' });
  await sheet.getByLabel('Title').fill('demo-chat');
  for (const wrong of ['-1', 'free', '1.12345678901']) {
    await typePrices(sheet, wrong, '0');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet.getByLabel('Input price')).toHaveAccessibleDescription(/not negative/);
    await expect(sheet.getByLabel('Input price')).toBeFocused();
  }
  // Zero is a price.
  await typePrices(sheet, '0', '0');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet.getByLabel('Title')).toHaveAccessibleDescription(/already a cloud model/);
  await expectAccessible(page, 'title taken');
  const title = uniqueName('dock').replace(' ', '-');
  await sheet.getByLabel('Title').fill(title);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toBeHidden();
  await expect(row(page, title)).toContainText('¥0.00');
  await expect(row(page, title)).not.toContainText('No price');

  await page.getByRole('button', { name: `Actions for ${title}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete model' }).click();
  await expect(row(page, title)).toHaveCount(0);
  await asAdmin.adminProviders.delete.mutate({ id });
});

test('the default models change at once, each among those that fit', async ({ page, asAdmin }) => {
  const before = (await asAdmin.adminModels.list.query()).active;
  await page.goto('/admin/providers?tab=models');
  const text = page.getByLabel('For text');
  const image = page.getByLabel('For messages with an image');
  await expect(text.getByRole('option', { name: 'demo-embedding' })).toHaveCount(0);
  await image.selectOption({ label: 'demo-vision' });
  await expect(row(page, 'demo-vision')).toContainText('Default for images');
  await text.selectOption({ label: 'None: such calls are refused' });
  await expect.poll(async () => (await asAdmin.adminModels.list.query()).active.language_model_id).toBeNull();
  await expect(row(page, 'demo-chat')).not.toContainText('Default for text');
  for (const role of ['language', 'vision'] as const) {
    await asAdmin.adminModels.setActive.mutate({ role, model_id: before[`${role}_model_id`] });
  }
});

test('both lists fit a phone and need no mouse', async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 360, height: 640 });
  for (const path of [
    '/admin/providers',
    '/admin/providers?tab=models',
    '/admin/providers?connect=1',
    '/admin/providers?connect=openai',
    '/admin/providers?tab=models&model=new',
  ]) {
    await page.goto(path);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, `${path} on a phone`);
  }
  await page.goto('/admin/providers');
  // The longest title of a page takes nothing from the buttons beside it.
  const account = await page.getByRole('button', { name: /^Account of/ }).boundingBox();
  expect(account?.width).toBe(account?.height);
  const actions = page.getByRole('button', { name: 'Actions for Demo' });
  await actions.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('an image model is priced by the image, and its price is shown as such', async ({
  page,
  asAdmin,
  upstream,
}) => {
  const { word } = await connectProvider(asAdmin, upstream.baseUrl);
  const title = `${word}-painter`;
  await page.goto('/admin/providers?tab=models');
  await page.getByRole('link', { name: 'Add model' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'Add a model' });
  await sheet.getByLabel('Provider', { exact: true }).selectOption({ label: `Provider ${word}` });
  await sheet.getByLabel('Title').fill(title);
  // Text first: its other prices wait behind a line.
  await expect(sheet.getByLabel('Cached input')).toBeHidden();
  await sheet.getByText('More prices').click();
  await expect(sheet.getByLabel('Cached input')).toBeVisible();
  await sheet.getByLabel('Type').selectOption({ label: 'Image' });
  await expect(sheet.getByText('Calls are refused until at least one price is set.')).toBeVisible();
  await sheet.getByLabel('Image made').fill('0.04');
  await sheet.getByLabel('May be called through the API').check();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'the form of a model with its other prices');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, title)).toContainText('0.04 per image');
  await expect(row(page, title)).not.toContainText('No price');

  await page.goto(`/models?q=${title}`);
  await expect(page.getByRole('article').filter({ hasText: title })).toContainText('0.04');
  await page.getByRole('link', { name: `Details of ${title}` }).click();
  await expect(page.getByRole('dialog', { name: title })).toContainText('0.04 per image');
});
