import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { addModel, connectProvider } from './support/cloud.ts';
import { expect, test } from './support/test.ts';

const nowhere = 'http://127.0.0.1:9/v1';

/** Four models of one provider: callable, vision, without a price, not enabled. */
async function furnish(admin: Parameters<typeof connectProvider>[0]) {
  const provider = await connectProvider(admin, nowhere);
  const { id: provider_id, word } = provider;
  const chat = await addModel(admin, {
    provider_id,
    title: `${word}-chat`,
    description: 'Long texts',
    capabilities: ['tools'],
    context_length: 131_072,
  });
  await addModel(admin, { provider_id, title: `${word}-eye`, type: 'vision' });
  await addModel(admin, { provider_id, title: `${word}-new`, output_price: null });
  await addModel(admin, { provider_id, title: `${word}-off`, is_api_enabled: false });
  return { ...provider, chat };
}

test('a card shows price and state: callable, without a price, not enabled for the API', async ({
  page,
  asAdmin,
}) => {
  const { word, name } = await furnish(asAdmin);
  await page.goto(`/models?q=${word}`);
  const card = (title: string) => page.getByRole('article').filter({ hasText: `${word}-${title}` });
  await expect(page.getByRole('article')).toHaveCount(4);
  await expect(card('chat')).toContainText(name);
  await expect(card('chat')).toContainText('Long texts');
  await expect(card('chat')).toContainText('Tools');
  await expect(card('chat')).toContainText(/Input ¥2\.40\s*Output ¥9\.60\s*per million tokens/);
  await expect(card('chat')).toContainText('No recent calls');
  await expect(card('new')).toContainText('No price');
  await expect(card('off')).toContainText('Not enabled for API');
  await expect(page.getByRole('status').filter({ hasText: 'models' })).toHaveText(/^4 of \d+ models$/);
});

test('filters live in the address, survive a reload, and can be cleared', async ({ page, asAdmin }) => {
  const { word, name } = await furnish(asAdmin);
  await page.goto('/models');
  const bar = page.getByRole('search', { name: 'Filters' });
  const before = await bar.boundingBox();
  await page.getByLabel('Search models').fill(word);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  await expect(page.getByRole('article')).toHaveCount(4);
  // What clears them finds room in the row: the list stays where it was.
  await expect(bar.getByRole('button', { name: 'Clear filters' })).toBeVisible();
  expect((await bar.boundingBox())?.height).toBe(before?.height);
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Price').selectOption('With a price');
  await page.keyboard.press('Escape');
  await page.getByLabel('Type').selectOption('Vision');
  await page.getByLabel('Provider').selectOption(name);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole('article')).toHaveText(new RegExp(`${word}-eye`));
  await expect(page.getByLabel('Type')).toHaveValue('vision');

  await page.getByLabel('Capability').selectOption('Embeddings');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/models$/);
  await expect(page.getByRole('article').first()).toBeVisible();
});

test('the same models stand in a table, whose rows open the details', async ({ page, asAdmin }) => {
  const { word } = await furnish(asAdmin);
  await page.goto(`/models?q=${word}`);
  await page.getByText('Table', { exact: true }).click();
  await expect(page).toHaveURL(/view=table/);
  await expect(page.getByRole('row')).toHaveCount(5);
  await page.getByRole('link', { name: `${word}-chat` }).click();
  await expect(page.getByRole('dialog', { name: `${word}-chat` })).toBeVisible();
});

test('the details tell price, context and how to call it from here, and give the focus back', async ({
  page,
  asAdmin,
  product,
}) => {
  const { word } = await furnish(asAdmin);
  await page.goto(`/models?q=${word}`);
  const link = page.getByRole('link', { name: `Details of ${word}-chat` });
  await link.focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: `${word}-chat` });
  await expect(sheet).toContainText('131,072 tokens');
  await expect(sheet).toContainText('Not called');
  for (const language of ['curl', 'Python', 'Node']) {
    await sheet.getByRole('tab', { name: language }).click();
    const code = sheet.getByRole('tabpanel', { name: language });
    await expect(code).toContainText(`${product.origin}/api/v1`);
    await expect(code).toContainText(`${word}-chat`);
  }
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(link).toBeFocused();
  await expect(page).toHaveURL(new RegExp(`\\?q=${word}$`));
});

test('“try it” opens the playground with the model chosen', async ({ page, asAdmin }) => {
  const { chat } = await furnish(asAdmin);
  await page.goto(`/models?model=${chat.id}`);
  await page.getByRole('dialog').getByRole('link', { name: 'Try it' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(chat.title);
});

test('a model that has gone is said to be gone, not drawn empty', async ({ page, asUser }) => {
  await page.goto('/models?model=2000000000');
  await expect(page.getByRole('dialog')).toContainText('no longer does');
  expect(asUser.account.email).toBeTruthy();
});

test('cards, table, details and the empty tab are accessible and fit a phone, in both languages', async ({
  page,
  asAdmin,
  context,
  baseURL,
}) => {
  const { word, chat } = await furnish(asAdmin);
  const states = [`?q=${word}`, `?q=${word}&view=table`, `?q=${word}&model=${chat.id}`, '?tab=local'];
  for (const locale of ['en', 'zh-CN']) {
    await context.addCookies([{ name: 'locale', value: locale, url: baseURL ?? '' }]);
    for (const state of states) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`/models${state}`);
      await expectAccessible(page, `${locale} ${state}`);
      await page.setViewportSize({ width: 360, height: 640 });
      await expectNoSidewaysScroll(page);
    }
  }
});
