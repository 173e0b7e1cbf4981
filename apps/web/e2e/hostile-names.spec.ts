import { expectNoSidewaysScroll } from './support/accessible.ts';
import { expect, test } from './support/test.ts';

/** Markup, text that runs the other way, characters without width, and no place to break a line. */
const MARKUP = '<img src=x data-injected onerror=alert(1)><b data-injected>';
const RTL = '\u05d0\u05e8\u05d5\u05da \u0627\u0633\u0645 \u0637\u0648\u064a\u0644';
const ZERO_WIDTH = 'zero\u200b\u200d\u2060width';
const EMOJI = '\u{1f9d1}\u200d\u{1f680}\u{1f468}\u{1f3fd}\u200d\u{1f4bb}';
const hostile = (length: number): string =>
  `${MARKUP}${RTL}${ZERO_WIDTH}${EMOJI}${'W'.repeat(length)}`.slice(0, length).toWellFormed();

/** Every page that shows a name somebody else may have given. */
const PATHS = [
  '/',
  '/keys',
  '/logs?scope=all',
  '/stats?scope=all',
  '/billing',
  '/models',
  '/models?view=table',
  '/models?tab=local',
  '/settings',
  '/admin/users',
  '/admin/providers',
  '/admin/providers?tab=models',
  '/admin/model-test',
  '/admin/settings',
  '/playground',
];

test('no name breaks out of its place on a phone, nor becomes part of the page', async ({
  page,
  product,
  signIn,
  administratorApi,
  complaints,
}) => {
  const account = {
    name: hostile(100),
    email: `${'w'.repeat(60)}@example.com`,
    password: 'a hostile password',
  };
  await administratorApi.adminUsers.create.mutate({ ...account, role: 'admin' });
  const api = await signIn(account);
  const provider = await api.adminProviders.create.mutate({
    name: hostile(100),
    base_url: `http://127.0.0.1:9/${'w'.repeat(300)}`,
    api_key: 'sk-hostile',
  });
  const model = await api.adminModels.create.mutate({
    title: hostile(255),
    provider_id: provider.id,
    upstream_model: 'W'.repeat(255),
    description: `${MARKUP}${'W'.repeat(900)}`,
    input_price: '99999999999999.9999999999',
    output_price: '0.0000000001',
    is_api_enabled: true,
  });
  await api.localModels.create.mutate({
    name: `local ${hostile(249)}`,
    base_url: `http://127.0.0.1:9/${'w'.repeat(400)}`,
  });
  const key = await api.keys.create.mutate({ name: hostile(100), allowed_models: [model.title] });
  await api.adminBilling.topUp.mutate({
    user_id: (await api.viewer.get.query()).viewer?.id ?? '',
    amount: '1',
    note: hostile(200),
  });
  // Names that calls bring along are not bound by any schema.
  for (const name of [hostile(10_000), model.title]) {
    await page.request.post(`${product.origin}/api/v1/chat/completions`, {
      headers: { authorization: `Bearer ${key.api_key}`, 'user-agent': hostile(50).replace(/[^ -~]/g, '') },
      data: { model: name, messages: [{ role: 'user', content: hostile(10_000) }] },
    });
  }
  const refused = await api.keys.create.mutate({ name: 'W'.repeat(10_000) }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    data: { fieldReasons: { name: { code: 'too_long', params: { max: 100 } } } },
  });

  complaints.allow(/status of 502/);
  await page.setViewportSize({ width: 360, height: 640 });
  for (const path of PATHS) {
    await page.goto(path);
    await test.step(path, async () => {
      await expect(page.locator('main').first()).toBeVisible();
      expect(await page.locator('[data-injected]').count(), `elements on ${path}`).toBe(0);
      await expectNoSidewaysScroll(page);
    });
  }
  // Windows over the page, where names stand in titles, hold them too.
  for (const path of [`/models?model=${model.id}`, `/admin/providers?tab=models&model=${model.id}`]) {
    await page.goto(path);
    const window = page.getByRole('dialog');
    await expect(window).toBeVisible();
    expect(await window.evaluate((element) => element.scrollWidth - element.clientWidth), path).toBe(0);
    expect(await page.locator('[data-injected]').count(), path).toBe(0);
  }
});
