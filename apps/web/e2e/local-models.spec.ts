import type { Locator, Page } from '@playwright/test';
import { startScriptedUpstream, unusedOrigin, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{ upstream: ScriptedUpstream; locked: ScriptedUpstream }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  upstream: async ({}, use) => {
    const upstream = await startScriptedUpstream({ models: ['llama3.1:8b', 'qwen3:4b'] });
    await use(upstream);
    await upstream.close();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  locked: async ({}, use) => {
    const upstream = await startScriptedUpstream({ credentials: ['right-key-0123456789'] });
    await use(upstream);
    await upstream.close();
  },
});

test.beforeEach(({ asUser }) => void asUser);

/** Opens the form for a new model. */
async function openForm(page: Page): Promise<Locator> {
  await page.goto('/models?tab=local&add=1');
  const sheet = page.getByRole('dialog', { name: 'Add a local model' });
  await expect(sheet.getByLabel('Name')).toBeFocused();
  return sheet;
}

const card = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name });

test('the empty tab teaches and leads to the form', async ({ page }) => {
  await page.goto('/models?tab=local');
  await expect(page.getByRole('heading', { name: 'No local models yet' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Add local model' }).last().click();
  await expect(page.getByRole('dialog', { name: 'Add a local model' })).toBeVisible();
});

test('a model is added after a test whose steps tick, with an id from the server’s own list', async ({
  page,
  upstream,
  asUser,
}) => {
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('my-llama');
  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await expect(sheet).toContainText(`Will call ${upstream.baseUrl}/chat/completions`);
  await sheet.getByLabel('Address').fill(`${upstream.baseUrl}/chat/completions`);
  await expect(sheet).toContainText(`Will call ${upstream.baseUrl}/chat/completions`);

  await sheet.getByRole('button', { name: 'Test connection' }).click();
  const steps = sheet.getByRole('group', { name: 'Connection test' });
  await expect(steps).toContainText(/It works: answered in/);
  for (const step of [
    'Find the host',
    'Connect',
    'First byte',
    'A valid answer',
    'Streaming',
    'Token usage',
  ]) {
    await expect(steps.getByRole('listitem').filter({ hasText: step })).toContainText('passed');
  }
  await expect(sheet).toContainText('The server does not list “my-llama”');
  await sheet.getByRole('button', { name: 'Open the list' }).click();
  await page.getByRole('option', { name: 'llama3.1:8b' }).click();
  await expect(sheet.getByLabel('Model id on the server')).toHaveValue('llama3.1:8b');
  await expect(sheet).toContainText('Changed since this test');
  await sheet.getByRole('button', { name: 'Test again' }).click();
  await expect(sheet.getByText('Changed since this test')).toBeHidden();
  await expect(steps).toContainText(/It works: answered in/);
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();

  await expect(sheet).toBeHidden();
  await expect(card(page, 'my-llama')).toContainText(/Working · \d/);
  await expect(card(page, 'my-llama')).toContainText('llama3.1:8b');
  const { items } = await asUser.api.localModels.list.query();
  expect(items).toMatchObject([{ name: 'my-llama', upstream_model: 'llama3.1:8b', last_test: { ok: true } }]);
});

test('each fault of a server gets its own reason, in words', async ({ page, upstream, locked }) => {
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('m');
  const outcome = async (address: string) => {
    await sheet.getByLabel('Address').fill(address);
    await sheet.getByRole('button', { name: /^Test (connection|again)$/ }).click();
    return sheet.getByRole('alert');
  };
  await expect(await outcome(`${await unusedOrigin()}/v1`)).toContainText('The connection was refused');
  await expect(await outcome('http://no-such-host.invalid/v1')).toContainText('host name cannot be found');
  await expect(await outcome(locked.baseUrl)).toContainText('refused the API key');
  upstream.script('m', { fault: { kind: 'html' } });
  await expect(await outcome(upstream.baseUrl)).toContainText('a web page');
  upstream.script('m', { fault: { kind: 'not_openai' } });
  await expect(await outcome(upstream.baseUrl)).toContainText('not in the shape of OpenAI’s API');
  upstream.script('m', { fault: { kind: 'error', status: 404 } });
  await expect(await outcome(upstream.baseUrl)).toContainText(/model id|nothing at this path/);
  upstream.script('m', { fault: { kind: 'error', status: 429 } });
  await expect(await outcome(upstream.baseUrl)).toContainText('too many requests');
  await expect(sheet).toContainText('The test failed. You can save it anyway');
});

test('a reason is given in the viewer’s language', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: baseURL ?? '' }]);
  await page.goto('/models?tab=local&add=1');
  const sheet = page.getByRole('dialog', { name: '添加本地模型' });
  await sheet.getByLabel('名称').fill('m');
  await sheet.getByLabel('接口地址').fill(`${await unusedOrigin()}/v1`);
  await sheet.getByRole('button', { name: '测试连接' }).click();
  await expect(sheet.getByRole('alert')).toContainText('连接被拒绝');
});

test('a server without streaming or usage works, with a remark', async ({ page, upstream }) => {
  upstream.script('plain', { ignoresStream: true, usage: null });
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('plain');
  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet).toContainText('It works');
  await expect(sheet).toContainText('does not stream');
  await expect(sheet).toContainText('does not report how many tokens');
});

test('a running test can be stopped, and the server hears no more of it', async ({ page, upstream }) => {
  upstream.script('slow', { fault: { kind: 'hang_before_headers' } });
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('slow');
  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: 'First byte' })).toContainText('running');
  await sheet.getByRole('button', { name: 'Stop the test' }).click();
  await expect(sheet.getByRole('alert')).toContainText('The test was stopped');
  await upstream.waitFor({ aborted: 1 });
});

test('a model whose test failed can be saved all the same', async ({ page }) => {
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('later');
  await sheet.getByLabel('Address').fill(`${await unusedOrigin()}/v1`);
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet.getByRole('alert')).toContainText('refused');
  await sheet.getByRole('button', { name: 'Save anyway' }).click();
  await expect(card(page, 'later')).toContainText('Failing');
});

test('faults stand beside their fields: nothing typed, no address, a name that is taken', async ({
  page,
  asUser,
}) => {
  await asUser.api.localModels.create.mutate({ name: 'taken', base_url: 'http://127.0.0.1:9/v1' });
  const sheet = await openForm(page);
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.getByLabel('Name')).toHaveAccessibleDescription('Enter a name.');
  await expect(sheet.getByLabel('Name')).toBeFocused();
  await expect(sheet.getByLabel('Address')).toHaveAccessibleDescription('Enter the address of the server.');
  await sheet.getByLabel('Name').fill('taken');
  await sheet.getByLabel('Address').fill('localhost:11434');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
  await sheet.getByLabel('Address').fill('http://127.0.0.1:9/v1');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.getByLabel('Name')).toHaveAccessibleDescription(/already/);
});

test('editing keeps the saved key, and asks for it again for another server', async ({
  page,
  locked,
  upstream,
  asUser,
}) => {
  const { id } = await asUser.api.localModels.create.mutate({
    name: 'locked',
    base_url: locked.baseUrl,
    api_key: 'right-key-0123456789',
  });
  await page.goto('/models?tab=local');
  await page.getByRole('button', { name: 'Edit locked' }).click();
  const sheet = page.getByRole('dialog', { name: 'Edit locked' });
  await expect(sheet.getByLabel('API key')).toHaveValue('');
  await expect(sheet).toContainText('Leave this empty to keep it');
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet).toContainText('It works');

  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await expect(sheet).toContainText('The new address is another server');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.getByLabel('API key')).toBeFocused();
  await expect(sheet.getByLabel('API key')).toHaveAttribute('aria-invalid', 'true');

  await sheet.getByLabel('Address').fill(locked.baseUrl);
  await sheet.getByLabel('Name').fill('renamed');
  await sheet.getByLabel('Model id on the server').fill('scripted-model');
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet).toBeHidden();
  await expect(card(page, 'renamed')).toContainText('With key');
  expect((await asUser.api.localModels.list.query()).items).toMatchObject([{ id, has_api_key: true }]);
});

test('what was typed is not lost by Escape, Back or a link without a question', async ({ page }) => {
  await page.goto('/models?tab=local');
  await page.getByRole('main').getByRole('link', { name: 'Add local model' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'Add a local model' });
  await sheet.getByLabel('Name').fill('half');
  const question = page.getByRole('alertdialog', { name: 'Discard your changes?' });

  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(sheet.getByLabel('Name')).toHaveValue('half');

  await page.goBack();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet.getByLabel('Name')).toHaveValue('half');

  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/\/models\?tab=local$/);
});

test('two clicks on Save make one model', async ({ page, asUser }) => {
  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('once');
  await sheet.getByLabel('Address').fill('http://127.0.0.1:9/v1');
  await sheet.getByRole('button', { name: 'Save', exact: true }).dblclick();
  await expect(sheet).toBeHidden();
  await expect(card(page, 'once')).toHaveCount(1);
  expect((await asUser.api.localModels.list.query()).items).toHaveLength(1);
});

test('a card tests again, live, and keeps what it found', async ({ page, upstream, asUser }) => {
  await asUser.api.localModels.create.mutate({ name: 'qwen3:4b', base_url: upstream.baseUrl });
  await page.goto('/models?tab=local');
  await expect(card(page, 'qwen3:4b')).toContainText('Never tested');
  await card(page, 'qwen3:4b').getByRole('button', { name: 'Test connection qwen3:4b' }).click();
  await expect(card(page, 'qwen3:4b')).toContainText('It works');
  await expect(card(page, 'qwen3:4b')).toContainText(/Working · \d/);
  await card(page, 'qwen3:4b').getByRole('button', { name: 'Hide the test' }).click();
  await page.reload();
  await expect(card(page, 'qwen3:4b')).toContainText(/Working · \d/);
  await expect(card(page, 'qwen3:4b')).toContainText('Tested');
});

test('deleting names what is lost, and asks first', async ({ page, asUser }) => {
  await asUser.api.localModels.create.mutate({
    name: 'doomed',
    base_url: 'http://127.0.0.1:9/v1',
    api_key: 'some-key-0123456789',
  });
  await page.goto('/models?tab=local');
  await page.getByRole('button', { name: 'Delete doomed' }).click();
  const question = page.getByRole('alertdialog', { name: 'Delete doomed?' });
  await expect(question).toContainText('http://127.0.0.1:9/v1/chat/completions');
  await expect(question).toContainText('API key');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(card(page, 'doomed')).toBeVisible();
  await page.getByRole('button', { name: 'Delete doomed' }).click();
  await question.getByRole('button', { name: 'Delete model' }).click();
  await expect(page.getByRole('heading', { name: 'No local models yet' })).toBeVisible();
  expect((await asUser.api.localModels.list.query()).items).toEqual([]);
});

test('cards, form and questions are accessible and fit a phone', async ({ page, upstream, asUser }) => {
  await asUser.api.localModels.create.mutate({
    name: 'a-model-with-a-name-that-is-far-too-long-for-any-card/of-this-width',
    base_url: `${upstream.baseUrl}/a/path/that/is/long/too`,
    api_key: 'some-key-0123456789',
    upstream_model: 'llama3.1:8b',
  });
  upstream.script('llama3.1:8b', { fault: { kind: 'html' } });
  await page.goto('/models?tab=local');
  await expectAccessible(page, 'cards');
  await page.getByRole('button', { name: /^Test connection/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
  await expectAccessible(page, 'a failed test on a card');
  await page.setViewportSize({ width: 360, height: 640 });
  await expectNoSidewaysScroll(page);

  const sheet = await openForm(page);
  await sheet.getByLabel('Name').fill('m');
  await sheet.getByLabel('Address').fill(upstream.baseUrl);
  await sheet.getByRole('button', { name: 'Test connection' }).click();
  await expect(sheet).toContainText('It works');
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expectAccessible(page, 'the form after a test');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expectAccessible(page, 'the question');
});
