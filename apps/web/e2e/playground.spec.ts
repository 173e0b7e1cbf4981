import type { Page } from '@playwright/test';
import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { addModel, connectProvider } from './support/cloud.ts';
import { expect, test as base } from './support/test.ts';

interface Talk {
  upstream: ScriptedUpstream;
  /** A local model of the user's, answered by the upstream. */
  local: string;
}

const test = base.extend<{ talk: Talk }>({
  talk: async ({ asUser }, use) => {
    const upstream = await startScriptedUpstream();
    await asUser.api.localModels.create.mutate({ name: 'my-model', base_url: upstream.baseUrl });
    await asUser.api.localModels.create.mutate({
      name: 'my-eye',
      base_url: upstream.baseUrl,
      type: 'vision',
    });
    await use({ upstream, local: 'my-model' });
    await upstream.close();
  },
});

const answers = (page: Page) => page.getByRole('list', { name: 'Conversation' }).getByRole('article');
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });

async function open(page: Page, model: string): Promise<void> {
  await page.goto(`/playground?model=${encodeURIComponent(model)}`);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(model);
}

async function ask(page: Page, text: string): Promise<void> {
  await message(page).fill(text);
  await message(page).press('Enter');
}

/** Asks and waits for the end of the answer. */
async function talkTo(page: Page, text: string): Promise<void> {
  await ask(page, text);
  await answered(page);
}

async function answered(page: Page): Promise<void> {
  await expect(answers(page).last().getByRole('button', { name: 'Answer again' })).toBeVisible();
}

/** What the upstream was sent last. */
function lastBody(upstream: ScriptedUpstream): Record<string, unknown> {
  return upstream.requests.findLast((request) => request.path.includes('chat'))?.body as Record<
    string,
    unknown
  >;
}

test('an answer streams in as Markdown, with coloured code, its tokens and its time', async ({
  page,
  talk,
}) => {
  talk.upstream.script('my-model', {
    text: '## Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\ndef f():\n    return "x"\n```\n',
    usage: { promptTokens: 1_204, completionTokens: 388 },
  });
  await open(page, talk.local);
  await ask(page, 'Show me.');
  const answer = answers(page).last();
  await expect(answer.getByRole('heading', { name: 'Title' })).toBeVisible();
  await expect(answer.getByRole('cell', { name: '2' })).toBeVisible();
  await expect(answer.locator('pre .hljs-keyword').first()).toHaveText('def');
  await expect(answer).toContainText('1,204 + 388 tokens');
  await expect(answer).toContainText('local: free');
  await expect(answer).toContainText(/first token after \d/);
  await expect(message(page)).toBeFocused();
  expect(lastBody(talk.upstream)).toMatchObject({ messages: [{ role: 'user', content: 'Show me.' }] });
});

test('what a model writes cannot run, nor fetch from elsewhere', async ({ page, talk }) => {
  const text =
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:alert(1)) ok';
  talk.upstream.script('my-model', { text: `${text} ![p](http://127.0.0.1:9/pixel.png)` });
  await open(page, talk.local);
  await ask(page, 'go');
  await expect(answers(page).last()).toContainText('ok');
  await expect(answers(page).last().getByRole('button', { name: 'Copy the answer' })).toBeVisible();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  await expect(answers(page).last().locator('.markdown img, script')).toHaveCount(0);
});

test('an answer of a priced model shows its cost, which is what the balance loses', async ({
  page,
  asAdmin,
}) => {
  const upstream = await startScriptedUpstream();
  const { id, word } = await connectProvider(asAdmin, upstream.baseUrl);
  await addModel(asAdmin, { provider_id: id, title: `${word}-priced`, max_output_tokens: 1_000 });
  const { viewer } = await asAdmin.viewer.get.query();
  await asAdmin.adminBilling.topUp.mutate({ user_id: viewer?.id ?? '', amount: '10' });
  const before = Number((await asAdmin.billing.balance.query()).balance);
  upstream.script(`${word}-priced`, { usage: { promptTokens: 1_204, completionTokens: 388 } });
  await open(page, `${word}-priced`);
  await ask(page, 'hello');
  await expect(answers(page).last()).toContainText('¥0.006614');
  await expect(answers(page).last().locator('data')).toHaveAttribute('value', '0.0066144');
  await expect
    .poll(async () => Number((await asAdmin.billing.balance.query()).balance) - before)
    .toBeCloseTo(-0.0066144, 10);
  await upstream.close();
});

test('Stop ends the answer, keeps what had come, and the server hears no more of it', async ({
  page,
  talk,
}) => {
  talk.upstream.script('my-model', { text: 'word ', fault: { kind: 'endless', everyMs: 30 } });
  await open(page, talk.local);
  await ask(page, 'go on');
  await expect(answers(page).last()).toContainText('word word');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(answers(page).last()).toContainText('Stopped');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await talk.upstream.waitFor({ aborted: 1 });
});

test('a stream that breaks shows half the answer, why, and a way to try again', async ({ page, talk }) => {
  talk.upstream.next({
    pieces: ['half ', 'an ', 'answer', ' more'],
    fault: { kind: 'reset_mid_stream', afterEvents: 3 },
  });
  await open(page, talk.local);
  await ask(page, 'try');
  const answer = answers(page).last();
  await expect(answer.getByRole('alert')).toContainText('The answer broke off');
  await expect(answer).toContainText('half');
  talk.upstream.next({ text: 'whole' });
  await answer.getByRole('button', { name: 'Retry' }).click();
  await expect(answers(page).last()).toContainText('whole');
  await expect(answers(page)).toHaveCount(2);
  expect(lastBody(talk.upstream)['messages']).toEqual([{ role: 'user', content: 'try' }]);
});

test('a refusal says in the thread what happened and what to do', async ({ page, talk, complaints }) => {
  complaints.allow(/status of (400|502|402)/);
  talk.upstream.next({ fault: { kind: 'error', status: 400, message: 'Your prompt is odd.' } });
  await open(page, talk.local);
  await ask(page, 'a');
  await expect(answers(page).last().getByRole('alert')).toContainText('Your prompt is odd.');
  await talk.upstream.close();
  await ask(page, 'b');
  await expect(answers(page).last().getByRole('alert')).toContainText('cannot be reached');
  await expect(answers(page).last().getByRole('link', { name: 'Local models' })).toBeVisible();
});

test('Enter that confirms an input method’s choice does not send, Shift + Enter starts a line', async ({
  page,
  talk,
}) => {
  await open(page, talk.local);
  await message(page).fill('ni hao');
  await message(page).evaluate((area) => {
    const init = { key: 'Enter', bubbles: true, cancelable: true };
    area.dispatchEvent(new KeyboardEvent('keydown', { ...init, isComposing: true }));
    area.dispatchEvent(new KeyboardEvent('keydown', { ...init, keyCode: 229 }));
  });
  await message(page).press('Shift+Enter');
  await message(page).pressSequentially('second');
  await expect(message(page)).toHaveValue('ni hao\nsecond');
  expect(talk.upstream.requests).toHaveLength(0);
  await message(page).press('Enter');
  await answered(page);
  expect(lastBody(talk.upstream)['messages']).toEqual([{ role: 'user', content: 'ni hao\nsecond' }]);
});

test('system prompt and parameters are sent as set, and a wrong one is said beside its field', async ({
  page,
  talk,
}) => {
  await open(page, talk.local);
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByLabel('System prompt').fill('Be brief.');
  await page.getByLabel('Temperature').fill('3');
  await expect(page.getByLabel('Temperature')).toHaveAccessibleDescription('Enter a number from 0 to 2.');
  await message(page).fill('hello');
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  await page.getByLabel('Temperature').fill('0.5');
  await page.getByLabel('Top p').fill('0.9');
  await page.getByLabel('Longest answer').fill('50');
  await message(page).press('Enter');
  await answered(page);
  expect(lastBody(talk.upstream)).toMatchObject({
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 50,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ],
  });
});

test('an image is shrunk before it is sent, whether chosen, pasted or dropped', async ({ page, talk }) => {
  await open(page, 'my-eye');
  const png = Buffer.from(
    await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = 4096;
      canvas.height = 1024;
      canvas.getContext('2d')?.fillRect(0, 0, 10, 10);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    }),
    'base64',
  );
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'wide.png', mimeType: 'image/png', buffer: png });
  await expect(page.getByText('2048 × 512')).toBeVisible();
  for (const type of ['paste', 'drop']) {
    await message(page).evaluate(
      (area, { kind, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], `${kind}.png`, { type: 'image/png' }));
        const init = { bubbles: true, cancelable: true };
        area.dispatchEvent(
          kind === 'paste'
            ? new ClipboardEvent('paste', { ...init, clipboardData: data })
            : new DragEvent('drop', { ...init, dataTransfer: data }),
        );
      },
      { kind: type, base64: png.toString('base64') },
    );
    await expect(page.getByRole('img', { name: `${type}.png` })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Remove drop.png' }).click();
  await expect(page.getByRole('img', { name: 'drop.png' })).toBeHidden();
  await talkTo(page, 'What is it?');
  const messages = lastBody(talk.upstream)['messages'] as {
    content: { type: string; image_url?: { url: string } }[];
  }[];
  const parts = messages[0]?.content ?? [];
  expect(parts.map((part) => part.type)).toEqual(['text', 'image_url', 'image_url']);
  const url = parts[1]?.image_url?.url ?? '';
  expect(url).toMatch(/^data:image\/png;base64,/);
  // Width and height stand in a PNG's header.
  const header = Buffer.from(url.split(',')[1] ?? '', 'base64');
  expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([2048, 512]);
});

test('what is no image, and an image for a model that sees none, are refused with a reason', async ({
  page,
  talk,
}) => {
  await open(page, talk.local);
  const picker = page.locator('input[type=file]');
  await picker.setInputFiles({
    name: 'fake.png',
    mimeType: 'image/png',
    buffer: Buffer.from('not an image'),
  });
  await expect(page.getByRole('alert')).toContainText('fake.png is not an image');
  const pixel = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  await picker.setInputFiles({
    name: 'dot.gif',
    mimeType: 'image/gif',
    buffer: Buffer.from(pixel, 'base64'),
  });
  await expect(page.getByRole('alert')).toContainText('my-model does not see images');
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  await page.getByLabel('Model', { exact: true }).selectOption('my-eye');
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled();
});

test('a reload loses neither the conversation nor what was being typed', async ({ page, talk }) => {
  talk.upstream.script('my-model', { text: 'remembered' });
  await open(page, talk.local);
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByLabel('System prompt').fill('Remember.');
  await ask(page, 'first');
  await expect(answers(page).last()).toContainText('remembered');
  await message(page).fill('half a thou');
  await page.reload();
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).last()).toContainText('remembered');
  await expect(message(page)).toHaveValue('half a thou');
  await expect(page.getByLabel('System prompt')).toHaveValue('Remember.');
});

test('a session that has ended loses nothing: after signing in again the conversation is there', async ({
  page,
  talk,
  context,
  asUser,
  complaints,
}) => {
  complaints.allow(/status of 401/);
  await open(page, talk.local);
  await talkTo(page, 'before');
  await context.clearCookies({ name: 'aigc_session' });
  await ask(page, 'after');
  const failure = answers(page).last().getByRole('alert');
  await expect(failure).toContainText('You are signed out');
  await failure.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(asUser.account.email);
  await page.getByLabel('Password', { exact: true }).fill(asUser.account.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/playground\?model=my-model$/);
  await expect(answers(page)).toHaveCount(4);
  await answers(page).last().getByRole('button', { name: 'Retry' }).click();
  await expect(answers(page).last().getByRole('alert')).toBeHidden();
});

test('another person in the same tab does not see the conversation', async ({
  page,
  talk,
  product,
  signIn,
}) => {
  await open(page, talk.local);
  await talkTo(page, 'private');
  await page.goto('/settings');
  await signIn(product.administrator);
  await page.goto('/playground');
  await expect(page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('private');
});

test('the conversation can be read as code, without the session, and cleared', async ({
  page,
  talk,
  product,
}) => {
  await open(page, talk.local);
  await talkTo(page, 'Hello "you"');
  await page.getByRole('button', { name: 'View code' }).click();
  const dialog = page.getByRole('dialog', { name: 'This conversation as code' });
  await expect(dialog.getByRole('tabpanel')).toContainText(
    `curl -N ${product.origin}/api/v1/chat/completions`,
  );
  await expect(dialog.getByRole('tabpanel')).toContainText('"model": "my-model"');
  await expect(dialog.getByRole('tabpanel')).toContainText('$OPENAI_API_KEY');
  await expect(dialog).not.toContainText('aigc_session');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
});

test('start, conversation, failure and parameters are accessible and fit a phone, in both languages', async ({
  page,
  talk,
  context,
  baseURL,
  complaints,
}) => {
  complaints.allow(/status of 502/);
  talk.upstream.script('my-model', {
    text: 'A `word` and\n\n```js\nconst a = 1;\n```\n\n[link](https://example.com)',
  });
  for (const locale of ['en', 'zh-CN']) {
    await context.addCookies([{ name: 'locale', value: locale, url: baseURL ?? '' }]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto('/playground?model=my-model');
    const area = page.getByRole('main').locator('form textarea');
    if (locale === 'en') await expectAccessible(page, 'start');
    await area.fill('x'.repeat(300));
    await area.press('Enter');
    await expect(page.locator('article pre .hljs-keyword').last()).toBeVisible();
    await expect(page.getByRole('button', { name: /^(Answer again|重新回答)$/ })).toBeVisible();
    talk.upstream.next({ fault: { kind: 'html' } });
    await area.fill('again');
    await area.press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
    await page.getByRole('button', { name: /^(Parameters|参数)$/ }).click();
    // High enough that nothing lies under the bars at its top and foot.
    await page.setViewportSize({ width: 1280, height: 1600 });
    await expectAccessible(page, `${locale}: conversation`);
    await page.setViewportSize({ width: 360, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.evaluate(() => sessionStorage.clear());
  }
});
