import { readFileSync } from 'node:fs';
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

/** All that the browser keeps of conversations, as text. */
async function kept(page: Page): Promise<string> {
  const stored = await page.evaluate(
    () =>
      new Promise<unknown[]>((resolve, reject) => {
        const request = indexedDB.open('aigc-playground');
        request.addEventListener('error', () => reject(new Error('no database')));
        request.addEventListener('success', () => {
          const all = request.result.transaction('conversations').objectStore('conversations').getAll();
          all.addEventListener('success', () => {
            request.result.close();
            resolve(all.result);
          });
        });
      }),
  );
  return JSON.stringify(stored) + (await page.evaluate(() => JSON.stringify(sessionStorage)));
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

test('what a model writes cannot run, cover the page, nor fetch from elsewhere', async ({ page, talk }) => {
  const hostile = [
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
    '[a](javascript:window.hacked=1) [b](data:text/html,<script>parent.hacked=1</script>)',
    '<b onclick="window.hacked=1" style="position:fixed;inset:0">over</b>',
    '<style>body{display:none}</style><iframe srcdoc="x"></iframe><form action=//127.0.0.1:9><button>s</button></form>',
    '![p](http://127.0.0.1:9/pixel.png) ok',
  ];
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  talk.upstream.script('my-model', { text: hostile.join('\n\n') });
  await open(page, talk.local);
  await ask(page, 'go');
  const answer = answers(page).last();
  await expect(answer.getByRole('button', { name: 'Copy the answer' })).toBeVisible();
  // What is not loaded is named, and can be followed by who wants to.
  const picture = answer.getByRole('link', { name: 'Picture “p” at 127.0.0.1:9, not loaded' });
  await expect(picture).toHaveAttribute('rel', /noopener noreferrer/);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  const markdown = answer.locator('.markdown');
  await expect(markdown.locator('img, script, style, iframe, form, button, [style], [onclick]')).toHaveCount(
    0,
  );
  await expect(markdown.locator('a[href]')).toHaveCount(1);
  expect(fetched.filter((url) => url.includes(':9/'))).toEqual([]);
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
  // The same by keyboard; an Escape that closes an input method's list is not meant.
  await ask(page, 'more');
  await expect(answers(page).last()).toContainText('word word');
  await expect(message(page)).toBeFocused();
  await message(page).evaluate((area) => {
    const init = { key: 'Escape', bubbles: true, cancelable: true, isComposing: true };
    area.dispatchEvent(new KeyboardEvent('keydown', init));
  });
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.keyboard.press('Escape');
  await talk.upstream.waitFor({ aborted: 2 });
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await expect(message(page)).toBeFocused();
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
  await page.getByLabel('Seed').fill('7');
  await page.getByLabel('Presence penalty').fill('-1');
  await page.getByLabel('Stop at').fill('END\n###');
  await page.getByLabel('Format').selectOption('json');
  await page.getByLabel('Reasoning effort').selectOption('low');
  await message(page).press('Enter');
  await answered(page);
  expect(lastBody(talk.upstream)).toMatchObject({
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 50,
    seed: 7,
    presence_penalty: -1,
    stop: ['END', '###'],
    response_format: { type: 'json_object' },
    reasoning_effort: 'low',
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
    .locator('input[accept="image/*"]')
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
  const picker = page.locator('input[accept="image/*"]');
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

test('a session that has ended loses nothing: after signing in again, in place, the message is sent', async ({
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
  const question = page.getByRole('dialog', { name: 'Sign in again to go on' });
  // Who does not want to now finds everything as it was, and the way to sign in later.
  await question.getByRole('button', { name: 'Cancel' }).click();
  const failure = answers(page).last().getByRole('alert');
  await expect(failure).toContainText('You are signed out');
  await expect(failure.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await message(page).fill('half a thou');
  await answers(page).last().getByRole('button', { name: 'Retry' }).click();
  await question.getByLabel('Password', { exact: true }).fill(asUser.account.password);
  await page.keyboard.press('Enter');
  await answered(page);
  await expect(failure).toBeHidden();
  await expect(answers(page)).toHaveCount(4);
  await expect(message(page)).toHaveValue('half a thou');
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
  expect(await kept(page)).not.toContain('private');
});

test('what was sent can be read as code, a message edited, a turn deleted, and each taken back', async ({
  page,
  talk,
  product,
}) => {
  talk.upstream.script('my-model', { text: 'as asked' });
  await open(page, talk.local);
  await talkTo(page, 'Hello "you"');
  await talkTo(page, 'second');
  // The first answer's request, not what would be sent now.
  await answers(page).nth(1).getByRole('button', { name: 'The request as code' }).click();
  const dialog = page.getByRole('dialog', { name: 'The request that was sent' });
  const code = dialog.getByRole('tabpanel');
  await expect(code).toContainText(`curl -N ${product.origin}/api/v1/chat/completions`);
  await expect(code).toContainText('"model": "my-model"');
  await expect(code).toContainText('$OPENAI_API_KEY');
  await expect(code).not.toContainText('second');
  await expect(dialog).not.toContainText('aigc_session');
  await page.keyboard.press('Escape');

  await answers(page).first().locator('xpath=..').getByRole('button', { name: 'Edit the message' }).click();
  const edited = page.getByRole('textbox', { name: 'Edit the message' });
  await expect(edited).toBeFocused();
  await edited.fill('Hello them');
  await edited.press('Enter');
  await answered(page);
  await expect(answers(page)).toHaveCount(2);
  expect(lastBody(talk.upstream)['messages']).toEqual([{ role: 'user', content: 'Hello them' }]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(answers(page)).toHaveCount(4);

  await page.getByRole('button', { name: 'Delete the message and its answers' }).first().click();
  await expect(answers(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(answers(page)).toHaveCount(4);
  const toLog = answers(page).nth(1).getByRole('link', { name: 'Show the call in the log' });
  await expect(toLog).toHaveAttribute('href', /\/logs\?request_id=req_/);

  // A new one takes nothing away: the last one stays in the list, from where it can be deleted, and put back.
  await page.getByRole('button', { name: 'New conversation' }).click();
  await expect(page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Start a conversation' })).toBeVisible();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Conversations' }).click();
  const list = page.getByRole('dialog', { name: 'Conversations' });
  await list.getByRole('button', { name: 'Delete “Hello "you"”' }).click();
  await expect(list.getByText('Nothing is kept yet.')).toBeVisible();
  await expect(list.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await list.getByRole('button', { name: /^Hello "you"/ }).click();
  await expect(answers(page)).toHaveCount(4);
});

test('two models answer one message, each is stopped by itself, and both are kept, in the browser and in a file', async ({
  page,
  talk,
  asUser,
}) => {
  const { upstream } = talk;
  await asUser.api.localModels.create.mutate({ name: 'other-model', base_url: upstream.baseUrl });
  upstream.script('my-model', { text: 'left ', fault: { kind: 'endless', everyMs: 30 } });
  upstream.script('other-model', { text: 'right ', fault: { kind: 'endless', everyMs: 30 } });
  await open(page, talk.local);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByLabel('Model 2').selectOption('other-model');
  await expect(page).toHaveURL(/model=my-model&with=other-model$/);
  const [left, right] = ['my-model', 'other-model'].map((name) =>
    page.getByRole('list', { name: `Conversation with ${name}` }).getByRole('article'),
  );
  if (!left || !right) throw new Error('two sides are expected');
  await ask(page, 'both');
  await expect(left.last()).toContainText('left left');
  await expect(right.last()).toContainText('right right');
  await page.getByRole('button', { name: 'Stop my-model' }).click();
  await expect(left.last()).toContainText('Stopped');
  const before = await right.last().innerText();
  await expect.poll(async () => (await right.last().innerText()).length).toBeGreaterThan(before.length);
  await page.getByRole('button', { name: 'Stop both' }).click();
  await upstream.waitFor({ aborted: 2 });

  // Parameters of their own, and each side remembers only its own answers.
  upstream.script('my-model', { text: 'left again' });
  upstream.script('other-model', { text: 'right again' });
  await page.getByRole('button', { name: 'Parameters' }).click();
  const panel = page.getByRole('dialog', { name: 'Parameters' });
  await panel.getByRole('switch', { name: 'The same for both models' }).click();
  await panel.getByText('other-model').click();
  await panel.getByLabel('Temperature').fill('0.25');
  await page.keyboard.press('Escape');
  await ask(page, 'once more');
  await expect(left.last().getByRole('button', { name: 'Answer again' })).toBeVisible();
  await expect(right.last().getByRole('button', { name: 'Answer again' })).toBeVisible();
  const bodies = upstream.requests.map((request) => request.body as Record<string, unknown>).slice(-2);
  const [toLeft, toRight] = ['my-model', 'other-model'].map((name) =>
    bodies.find((body) => body['model'] === name),
  );
  expect(toLeft).not.toHaveProperty('temperature');
  expect(toRight).toMatchObject({ temperature: 0.25 });
  expect(JSON.stringify(toRight)).not.toContain('left');
  await expectAccessible(page, 'two models');
  // Each side scrolls by itself: the message stays at the foot of the window.
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight)).toBe(true);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Export as JSON' }).click();
  const path = await (await download).path();
  await page.reload();
  await expect(right).toHaveCount(4);

  // A phone shows one at a time.
  await page.setViewportSize({ width: 360, height: 640 });
  await expect(right.last()).toBeHidden();
  await page.locator('fieldset').getByText('other-model').click();
  await expect(right.last()).toContainText('right again');
  await expect(left.last()).toBeHidden();
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.getByRole('button', { name: 'Remove other-model from the comparison' }).click();
  await expect(page).toHaveURL(/model=my-model$/);
  const picker = page.locator('input[type=file][accept*=json]');
  const file = readFileSync(path, 'utf8');
  const faulty = file.replace('"text": "once more"', '"text": 5');
  await picker.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(faulty) });
  await expect(page.getByRole('alert')).toContainText('“sides[0].turns[2].text” has the wrong type');
  await expect(answers(page)).toHaveCount(4);
  await picker.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(file) });
  await expect(right).toHaveCount(4);
  await expect(right.last()).toContainText('right again');
  await expect(page).toHaveURL(/model=my-model&with=other-model$/);
});

test('two tabs with one conversation lose nothing, nor does a browser without room', async ({
  page,
  talk,
  context,
}) => {
  talk.upstream.script('my-model', { text: 'shared' });
  await open(page, talk.local);
  await talkTo(page, 'first');
  await expect.poll(() => kept(page)).toContain('shared');
  const opening = context.waitForEvent('page');
  await page.evaluate(() => void window.open(location.href));
  const other = await opening;
  await other.locator('html[data-ready]').waitFor();
  await expect(answers(other)).toHaveCount(2);
  await talkTo(other, 'from the other tab');
  await expect.poll(() => kept(other)).toContain('from the other tab');
  await talkTo(page, 'from this tab');
  await expect(page.getByText('Another tab went on with this conversation')).toBeVisible();
  await expect.poll(() => kept(page)).toContain('from this tab');
  expect(await kept(page)).toContain('from the other tab');
  await other.close();

  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('No room.', 'QuotaExceededError');
    };
  });
  await message(page).fill('kept in this tab');
  await expect(page.getByText('This browser gives no more room')).toBeVisible();
  await page.reload();
  await expect(message(page)).toHaveValue('kept in this tab');
});

test('reasoning, a refusal, calls of functions and what was left out are told from the answer', async ({
  page,
  talk,
}) => {
  const { upstream } = talk;
  upstream.next({ reasoning: 'I **think** so.', text: 'Yes.', finishReason: 'length' });
  await open(page, talk.local);
  await talkTo(page, 'a');
  const answer = answers(page).last();
  await expect(answer).toContainText('Cut off at the longest answer allowed');
  await expect(answer.getByText('think')).toBeHidden();
  await answer.getByText('Reasoning', { exact: true }).click();
  await expect(answer.locator('strong')).toHaveText('think');
  upstream.next({ toolCalls: [{ id: 'c', name: 'get_weather', arguments: '{"city":"Paris"}' }] });
  await talkTo(page, 'b');
  await expect(answer).toContainText('Wants to call get_weather');
  await expect(answer.locator('pre')).toContainText('"city": "Paris"');
  upstream.next({ refusal: 'I will not.', finishReason: 'stop' });
  await talkTo(page, 'c');
  await expect(answer).toContainText('The model declined to answer');
  await expect(answer).toContainText('I will not.');
  await expectAccessible(page, 'reasoning, calls, refusal');

  const head = { 'content-type': 'text/event-stream', 'x-aigc-params': 'mapped=stop; dropped=seed' };
  const words = 'Ten million letters. '.repeat(50_000).repeat(10);
  const chunk = JSON.stringify({ choices: [{ delta: { content: words }, finish_reason: 'stop' }] });
  await page.route('**/api/playground/**', (route) =>
    route.fulfill({ headers: head, body: `data: ${chunk}\n\ndata: [DONE]\n\n` }),
  );
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByLabel('Seed').fill('7');
  await talkTo(page, 'd');
  await expect(answer).toContainText('without seed');
  await expect(page.getByLabel('Seed')).toHaveAccessibleDescription(/The last answer was made without it/);
  // Ten megabytes are kept whole and drawn in part, and the page still answers.
  await expect(answer).toContainText('The first 300,000 of 10,500,000 characters');
  await message(page).fill('still here');
  await expect(message(page)).toHaveValue('still here');
});

test('a question sent before the conversation is back joins it, and nothing is lost', async ({
  page,
  talk,
}) => {
  talk.upstream.script('my-model', { text: 'an answer' });
  await page.goto('/playground?model=my-model');
  await message(page).fill('first');
  await message(page).press('Enter');
  await expect(page.getByRole('button', { name: 'Answer again' })).toBeVisible();
  // A slow disk: what is stored is found a second after the page can be used.
  await page.addInitScript(() => {
    const { open: begin } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...given) {
      const request = begin.apply(this, given);
      const listen = request.addEventListener.bind(request);
      request.addEventListener = (type: string, then: EventListenerOrEventListenerObject) => {
        const late = (event: Event) => setTimeout(() => (then as EventListener)(event), 1_000);
        listen(type, type === 'success' ? late : then);
      };
      return request;
    };
  });
  await page.reload();
  await message(page).fill('second');
  await message(page).press('Enter');
  await expect(page.getByRole('article', { name: 'You' })).toHaveText([/first/, /second/]);
  await expect(page.getByRole('article', { name: 'my-model' }).getByText('an answer')).toHaveCount(2);
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
  }
});
