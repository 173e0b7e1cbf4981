import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import type { TestApi } from './support/api.ts';
import { addModel, connectProvider } from './support/cloud.ts';
import { expect, test as base } from './support/test.ts';

interface Fixtures {
  /** An administrator of this test's own: how often somebody may test is bounded for each of them. */
  tester: TestApi;
  upstream: ScriptedUpstream;
  /** Two models of a provider of their own, for text and for images. */
  models: { chat: string; vision: string; chatId: number; visionId: number };
}

const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
  upstream: async ({}, use) => {
    const upstream = await startScriptedUpstream();
    await use(upstream);
    await upstream.close();
  },
  tester: async ({ asAdmin, signIn }, use, { testId, repeatEachIndex }) => {
    const email = `tester-${testId}-${repeatEachIndex}@example.com`.toLowerCase();
    const account = { name: 'Tester', email, password: 'a password to test with' };
    await asAdmin.adminUsers.create.mutate({ ...account, role: 'admin' });
    await use(await signIn(account));
  },
  models: async ({ tester, upstream }, use) => {
    const provider = await connectProvider(tester, upstream.baseUrl);
    const chat = await addModel(tester, { provider_id: provider.id, title: `${provider.word}-chat` });
    const vision = await addModel(tester, {
      provider_id: provider.id,
      title: `${provider.word}-eyes`,
      type: 'vision',
    });
    await use({ chat: chat.title, vision: vision.title, chatId: chat.id, visionId: vision.id });
    await tester.adminProviders.delete.mutate({ id: provider.id });
  },
});

test('an answer streams in as Markdown, is measured, and is billed to nobody', async ({
  page,
  tester,
  upstream,
  models,
}) => {
  upstream.script(models.chat, {
    text: 'It is **moored** here.',
    usage: { promptTokens: 12, completionTokens: 34 },
  });
  const before = await tester.billing.balance.query();
  await page.goto(`/admin/model-test?model=${models.chatId}`);
  await expectAccessible(page, 'model test, not run');
  await page.getByLabel('Message').fill('Where is the ship?');
  await page.getByLabel('Message').press('Control+Enter');
  const answer = page.getByRole('region', { name: `Answer of ${models.chat}` });
  await expect(answer.locator('strong')).toHaveText('moored');
  const row = page.getByRole('row').filter({ hasText: models.chat });
  await expect(row).toContainText('Passed');
  await expect(row).toContainText(/\d ms/);
  await expect(row).toContainText('12 / 34');
  await expectAccessible(page, 'model test, passed');
  expect(upstream.requests.at(-1)?.body).toMatchObject({ messages: [{ content: 'Where is the ship?' }] });
  expect(await tester.billing.balance.query()).toEqual(before);
  expect((await tester.logs.list.query({ scope: 'all', model: models.chat })).items).toEqual([]);
});

test('all models of a kind are tested in turn, and a failure says why', async ({
  page,
  tester,
  upstream,
}) => {
  // Of this kind other tests leave none behind, so that the run stays within what is allowed in a minute.
  const provider = await connectProvider(tester, upstream.baseUrl);
  const titles = ['first', 'second'].map((name) => `${provider.word}-${name}`);
  for (const title of titles) {
    await addModel(tester, { provider_id: provider.id, title, type: 'embedding' });
  }
  const row = (title: string | undefined) => page.getByRole('row').filter({ hasText: title ?? 'none' });
  upstream.script(titles[0] ?? '', { fault: { kind: 'error', status: 401 } });
  await page.goto('/admin/model-test?kind=embedding');
  await page.getByRole('button', { name: /^Test \d+ models$/ }).click();
  await expect(row(titles[0])).toContainText('Failed');
  await expect(row(titles[0])).toContainText('The server refused the API key.');
  await expect(row(titles[1])).toContainText('Passed');
  await expect(row('demo-embedding')).toContainText('Passed');
  const name = row('demo-embedding').getByText('demo-embedding', { exact: true });
  // One line, while there is room beside it.
  expect((await name.boundingBox())?.height).toBeLessThan(30);
  await expectAccessible(page, 'model test, some failed');
  // Only what failed is shown, and tested again once it is mended.
  await page.getByText('Failed (1)').click();
  await expect(page).toHaveURL(/show=failed/);
  await expect(row(titles[1])).toBeHidden();
  upstream.script(titles[0] ?? '', {});
  await page.getByRole('button', { name: 'Test failed ones again' }).click();
  await expect(page.getByText('None has failed.')).toBeVisible();
  await page.getByText('All (3)').click();
  await expect(row(titles[0])).toContainText('Passed');
  await tester.adminProviders.delete.mutate({ id: provider.id });
});

test('a running test can be stopped, and the upstream is left', async ({ page, upstream, models }) => {
  upstream.script(models.chat, { text: 'on ', fault: { kind: 'endless', everyMs: 20 } });
  await page.goto(`/admin/model-test?model=${models.chatId}`);
  await page.getByRole('button', { name: 'Run test' }).click();
  await expect(page.getByRole('region', { name: `Answer of ${models.chat}` })).toContainText('on on');
  const stop = page.getByRole('button', { name: 'Stop' });
  await expect(stop).toBeFocused();
  await stop.click();
  await expect(page.getByRole('row').filter({ hasText: models.chat })).toContainText('Stopped');
  await upstream.waitFor({ aborted: 1 });
  await expect(page.getByRole('button', { name: 'Run test' })).toBeFocused();
});

test('an image is shrunk in the browser and reaches the model as a data URL', async ({
  page,
  upstream,
  models,
}) => {
  await page.goto(`/admin/model-test?kind=vision&model=${models.visionId}`);
  await page.getByRole('button', { name: 'Run test' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Choose an image first.' })).toBeVisible();

  // A format that no model takes, larger than any model looks at.
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 3_000;
    canvas.height = 1_500;
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = '#369';
      context.fillRect(0, 0, 3_000, 1_500);
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/webp'));
    return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
  });
  await page.locator('input[type=file]').setInputFiles({
    name: 'harbour.webp',
    mimeType: 'image/webp',
    buffer: Buffer.from(bytes),
  });
  await expect(page.getByRole('img', { name: 'harbour.webp' })).toBeVisible();
  await expect(page.getByText(/2,?048 × 1,?024/)).toBeVisible();
  await expectAccessible(page, 'vision test with an image');
  await page.getByRole('button', { name: 'Run test' }).click();
  await expect(page.getByRole('row').filter({ hasText: models.vision })).toContainText('Passed');
  expect(JSON.stringify(upstream.requests.at(-1)?.body)).toMatch(
    /"image_url":\{"url":"data:image\/(png|jpeg);base64,/,
  );

  await page.getByRole('button', { name: 'Remove the image' }).click();
  await page.locator('input[type=file]').setInputFiles({
    name: 'notes.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no image at all'),
  });
  await expect(page.getByRole('alert').filter({ hasText: 'notes.png is not an image' })).toBeVisible();
});

test('an image can be pasted', async ({ page, models }) => {
  await page.goto(`/admin/model-test?kind=vision&model=${models.visionId}`);
  await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 8;
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    const data = new DataTransfer();
    data.items.add(new File([blob ?? ''], 'pasted.png', { type: 'image/png' }));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
  });
  await expect(page.getByRole('img', { name: 'pasted.png' })).toBeVisible();
});

test('the page fits a phone', async ({ page, models }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(`/admin/model-test?model=${models.chatId}`);
  await page.getByRole('button', { name: 'Run test' }).click();
  await expect(page.getByRole('row').filter({ hasText: models.chat })).toContainText('Passed');
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'model test on a phone');
});
