import type { Page } from '@playwright/test';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/priced-calls.ts';

test('before the first call the log says what it is for and shows a call to copy', async ({
  page,
  asUser,
}) => {
  void asUser;
  await page.goto('/logs');
  await expect(page.getByRole('heading', { name: 'No calls yet' })).toBeVisible();
  await expect(page.getByRole('tabpanel', { name: 'curl' })).toContainText('/api/v1/chat/completions');
  await expectAccessible(page, 'empty log');
});

test('a call stands in the log, and its details compute its bill line by line', async ({ page, priced }) => {
  await priced.callWith(1204, 388);
  await page.goto('/logs');
  const row = page.getByRole('row').filter({ hasText: priced.model });
  await expect(row).toContainText('Production');
  await expect(row).toContainText('1,204');
  await expect(row).toContainText('¥0.006614');
  await expect(row).toContainText('Success');
  await expectAccessible(page, 'filled log');

  await row.click();
  const sheet = page.getByRole('dialog', { name: priced.model });
  await expect(sheet).toContainText('1,204 × ¥2.40 ÷ 1,000,000');
  await expect(sheet).toContainText('¥0.0028896');
  await expect(sheet).toContainText('388 × ¥9.60 ÷ 1,000,000');
  await expect(sheet).toContainText('¥0.0037248');
  await expect(sheet.getByRole('row', { name: /Billed/ })).toContainText('¥0.0066144');
  await expect(sheet).toContainText('-¥0.0066144');
  await expect(sheet.getByRole('region', { name: 'Where the time went' })).toContainText('Answered');
  await expectAccessible(page, 'call details');

  await expect(page).toHaveURL(/call=\d+/);
  await page.reload();
  await expect(sheet.getByRole('row', { name: /Billed/ })).toContainText('¥0.0066144');
  await sheet.getByRole('link', { name: 'Show on the ledger' }).click();
  await expect(page.getByRole('table').getByRole('row').nth(1)).toContainText('-¥0.0066144');
  await page.goBack();
  await expect(sheet.getByRole('row', { name: /Billed/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page).toHaveURL(/\/logs$/);
});

test('a failed call says why and what to do, and costs nothing', async ({ page, priced }) => {
  priced.upstream.next({ fault: { kind: 'error', status: 500, message: 'Out of memory on node 7.' } });
  expect((await priced.call()).status).toBe(502);
  await page.goto('/logs');
  await page.getByRole('row').filter({ hasText: priced.model }).click();
  const sheet = page.getByRole('dialog', { name: priced.model });
  await expect(sheet.getByText('What to do:')).toBeVisible();
  await expect(sheet).toContainText('Failed calls are free');
  await expect(sheet).toContainText('nothing was charged');
});

test('filters live in the address, survive a reload and can be cleared', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  priced.upstream.next({ fault: { kind: 'error', status: 500 } });
  await priced.call();
  await priced.call({ model: 'demo-chat' });
  await page.goto('/logs');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(4);

  await page.getByLabel('Status').selectOption('failed');
  await expect(page).toHaveURL(/status=failed/);
  await expect(rows).toHaveCount(2);
  await page.reload();
  await expect(rows).toHaveCount(2);

  // One filter after the other, faster than the list follows: both count.
  await page.getByLabel('Status').selectOption('');
  await page.getByLabel('Model', { exact: true }).selectOption('demo-chat');
  await expect(page).toHaveURL(/\/logs\?model=demo-chat$/);
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'More filters' }).click();
  const more = page.getByRole('dialog', { name: 'More filters' });
  await expect(more.getByLabel('Cloud or local')).toBeFocused();
  await more.getByLabel('Cloud or local').selectOption('local');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await expectAccessible(page, 'no match, more filters open');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'More filters (1 set)' })).toBeFocused();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(rows).toHaveCount(4);
});

test('a request id finds its call, and times are picked in the zone of the viewer', async ({
  page,
  priced,
}) => {
  const wanted = (await priced.call()).headers.get('x-request-id') ?? '';
  await priced.callWith(10, 5);
  await page.goto('/logs');
  await page.getByRole('searchbox', { name: 'Request id' }).fill(wanted);
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Request id' }).fill('');
  await expect(rows).toHaveCount(3);

  await page.getByRole('button', { name: 'Any time' }).click();
  await page.getByLabel('From', { exact: true }).fill('2020-01-01T08:00');
  await page.getByLabel('To', { exact: true }).fill('2020-01-01T07:00');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('Must be later than “From”.')).toBeVisible();
  await page.getByLabel('To', { exact: true }).fill('2020-01-02T08:00');
  await expectAccessible(page, 'time filter');
  await page.getByRole('button', { name: 'Apply' }).click();
  // Eight in the morning in Shanghai is midnight in UTC.
  await expect(page).toHaveURL(/from=2020-01-01T00%3A00%3A00\.000Z&to=2020-01-02T00%3A00%3A00\.000Z/);
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await page.getByRole('button', { name: /Jan 1, 2020/ }).click();
  await page.getByRole('button', { name: 'Last hour' }).click();
  await expect(rows).toHaveCount(3);
});

test('new calls are announced, and appear by themselves when the log is live', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await page.goto('/logs');
  await expect(page.getByText('Connected')).toBeVisible();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(2);
  await priced.callWith(10, 5);
  await page.getByRole('button', { name: 'Show 1 new call' }).click();
  await expect(rows).toHaveCount(3);

  await page.getByRole('switch', { name: 'Live' }).click();
  await expect(page).toHaveURL(/live=1/);
  await priced.callWith(10, 5);
  await expect(rows).toHaveCount(4);
});

test('older and newer pages follow each other without gaps', async ({ page, priced }) => {
  const count = 53;
  for (let done = 0; done < count; done += 8) {
    const batch = Math.min(8, count - done);
    await Promise.all(Array.from({ length: batch }, () => priced.call({ model: 'demo-chat' })));
  }
  await page.goto('/logs');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(51);
  const first = await rows.nth(1).getByRole('link').getAttribute('href');
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(rows).toHaveCount(count - 50 + 1);
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0);
  await page.reload();
  await expect(rows).toHaveCount(count - 50 + 1);
  await page.getByRole('link', { name: 'Newer' }).click();
  await expect(rows).toHaveCount(51);
  expect(await rows.nth(1).getByRole('link').getAttribute('href')).toBe(first);
});

test('a new call does not carry away someone who reads an older page', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await priced.callWith(20, 5);
  const { next_cursor } = await priced.api.logs.list.query({ limit: 1 });
  await page.goto(`/logs?live=1&cursor=${next_cursor}&trail=`);
  await expect(page.getByText('Connected')).toBeVisible();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(2);
  await priced.callWith(30, 5);
  const announcement = page.getByRole('button', { name: 'Show 1 new call' });
  await expect(announcement).toBeVisible();
  await expect(rows).toHaveCount(2);
  // The page is read again, which is no reason to forget what was announced.
  await page.getByRole('button', { name: /Language, Theme/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Escape');
  await expect(announcement).toBeVisible();
  await announcement.click();
  await expect(rows).toHaveCount(4);
  await expect(page).not.toHaveURL(/cursor/);
});

test('the export holds the calls that the filters find, says how far it is, and leaves no half of a file', async ({
  page,
  priced,
  complaints,
}) => {
  await priced.callWith(10, 5);
  await priced.call({ model: 'demo-chat' });
  // What the reader would choose in a window of the system, which no test can open: a file of the browser's own.
  await page.addInitScript(() => {
    const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => {
      const folder = await navigator.storage.getDirectory();
      return folder.getFileHandle(suggestedName, { create: true });
    };
    Object.assign(window, { showSaveFilePicker });
  });
  await page.goto('/logs?model=demo-chat');
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export calls' });
  await expect(dialog.getByText('About 1 call.')).toBeVisible();
  await expectAccessible(page, 'export');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(dialog.getByText(/1 call is in call-logs-\d{8}-\d{4}\.csv/)).toBeVisible();
  const [file] = await savedFiles(page);
  const lines = (file?.text ?? '').trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('demo-chat');
  expect(lines[1]).toContain('+08:00');

  await dialog.getByRole('radio', { name: 'NDJSON' }).check({ force: true });
  await page.route('**/call-logs.ndjson?*', (route) => route.abort('connectionreset'));
  complaints.allow(/ERR_CONNECTION_RESET/);
  await dialog.getByRole('button', { name: 'Export again' }).click();
  await expect(dialog.getByText(/The export broke off after 0 calls/)).toBeVisible();
  expect((await savedFiles(page)).map(({ name }) => name.split('.').at(-1))).toEqual(['csv']);
});

/** What the page has written to its own files. */
function savedFiles(page: Page): Promise<{ name: string; text: string }[]> {
  return page.evaluate(async () => {
    const files: { name: string; text: string }[] = [];
    const folder = (await navigator.storage.getDirectory()) as unknown as AsyncIterable<
      [string, FileSystemFileHandle]
    >;
    for await (const [name, handle] of folder)
      files.push({ name, text: await (await handle.getFile()).text() });
    return files;
  });
}

test('on a phone calls are cards and nothing reaches beyond the screen', async ({ page, priced }) => {
  await priced.callWith(1204, 388);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto('/logs');
  await expectNoSidewaysScroll(page);
  await page.getByRole('row').filter({ hasText: priced.model }).click();
  await expect(page.getByRole('dialog').getByRole('row', { name: /Billed/ })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'call details on a phone');
});

test('the keyboard alone opens a call and comes back to where it was', async ({ page, priced }) => {
  await priced.callWith(10, 5);
  await page.goto('/logs');
  const link = page.getByRole('row').filter({ hasText: priced.model }).getByRole('link');
  await link.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: priced.model })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(link).toBeFocused();
});

test('an address with a cursor that leads nowhere shows the first page', async ({
  page,
  priced,
  complaints,
}) => {
  await priced.callWith(10, 5);
  complaints.allow(/status of 400/);
  await page.goto('/logs?status=success&cursor=mistyped');
  await expect(page).toHaveURL(/\/logs\?status=success$/);
  await expect(page.getByRole('row').filter({ hasText: priced.model })).toBeVisible();
});

test('another user’s call is not shown to those who know its address', async ({
  page,
  priced,
  signIn,
  complaints,
}) => {
  await priced.callWith(10, 5);
  const { items } = await priced.api.logs.list.query({});
  const account = {
    name: 'Other',
    email: `other-${priced.account.email}`,
    password: 'yet another long password',
  };
  await priced.admin.adminUsers.create.mutate(account);
  await signIn(account);
  complaints.allow(/status of 404/);
  await page.goto(`/logs?call=${items[0]?.id}`);
  await expect(page.getByText('This call does not exist, or is not yours to see.')).toBeVisible();
});

test('administrators can follow everyone’s calls', async ({ page, priced, signIn, product }) => {
  await priced.callWith(10, 5);
  await signIn(product.administrator);
  await page.goto(`/logs?model=${priced.model}`);
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await page.getByLabel('Whose calls').selectOption('all');
  const rows = page.getByRole('row').filter({ hasText: priced.account.email });
  await expect(rows).toHaveCount(1);
  await expect(page.getByText('Connected')).toBeVisible();
  await priced.callWith(10, 5);
  await page.getByRole('button', { name: 'Show 1 new call' }).click();
  await expect(rows).toHaveCount(2);
});

test('the log speaks Chinese', async ({ page, priced, context, product }) => {
  await priced.callWith(1204, 388);
  await context.addCookies([{ name: 'locale', value: 'zh-CN', url: product.origin }]);
  await page.goto('/logs');
  await expect(page.getByRole('heading', { name: '调用日志' })).toBeVisible();
  await page.getByRole('row').filter({ hasText: priced.model }).click();
  await expect(page.getByRole('heading', { name: '费用计算' })).toBeVisible();
  await expectAccessible(page, 'call details in Chinese');
});

test('while content is kept everybody is told, and a call shows what was asked and answered', async ({
  page,
  priced,
}) => {
  await priced.admin.adminSettings.update.mutate({ body_log_mode: 'all' });
  try {
    priced.upstream.next({ text: 'Good morning to you' });
    await priced.call({ stream: true });
    await page.goto('/logs');
    await expect(page.getByTestId('body-notice')).toContainText('is kept for 7 days');
    await page.getByRole('row').filter({ hasText: priced.model }).click();
    const sheet = page.getByRole('dialog', { name: priced.model });
    await sheet.getByRole('button', { name: 'Show request and answer' }).click();
    const turns = sheet.getByRole('group', { name: 'Request and answer' }).getByRole('listitem');
    await expect(turns).toHaveText([/User\s*Hello/, /Assistant\s*Good morning to you/]);
    await sheet.getByText('As sent').click();
    await expect(sheet.getByRole('tabpanel', { name: 'Request' })).toContainText('"content": "Hello"');
    await sheet.getByRole('tab', { name: 'Answer' }).click();
    await expect(sheet.getByRole('tabpanel', { name: 'Answer' })).toContainText('data: [DONE]');
    await expectAccessible(page, 'content of a call');
  } finally {
    await priced.admin.adminSettings.update.mutate({ body_log_mode: 'off' });
  }
});
