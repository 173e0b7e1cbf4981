import { startScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { connectProvider } from './support/cloud.ts';
import { expect, test } from './support/priced-calls.ts';

test('a second upstream answers when the first fails, and the log shows both attempts', async ({
  page,
  priced,
}) => {
  const { admin, model, upstream, call } = priced;
  const second = await startScriptedUpstream();
  const spare = await connectProvider(admin, second.baseUrl);
  try {
    const { items } = await admin.adminModels.list.query();
    const found = items.find((one) => one.title === model);
    if (!found) throw new Error('the model is not on the list');
    const routing = await admin.adminModels.routing.query({ id: found.id });
    await admin.adminModels.setRouting.mutate({
      id: found.id,
      upstreams: [
        ...routing.upstreams.map(({ provider_id, upstream_model }) => ({ provider_id, upstream_model })),
        { provider_id: spare.id, upstream_model: 'spare-model', priority: 1 },
      ],
    });
    upstream.next({ fault: { kind: 'error', status: 500 } });
    expect((await call()).status).toBe(200);
    expect(second.requests.at(-1)).toMatchObject({ model: 'spare-model' });

    await page.goto('/logs');
    await page.getByRole('row').filter({ hasText: model }).click();
    const sheet = page.getByRole('dialog', { name: model });
    const attempts = sheet
      .getByRole('region', { name: 'Where the time went' })
      .getByRole('listitem')
      .filter({ hasText: /, took / });
    await expect(attempts).toHaveCount(2);
    await expect(attempts.nth(0)).toContainText('HTTP 500');
    await expect(attempts.nth(1)).toContainText(spare.name);
    await expect(attempts.nth(1)).toContainText('Answered');
    await expectAccessible(page, 'attempts of a call');
    await page.setViewportSize({ width: 360, height: 640 });
    await expectNoSidewaysScroll(page);
  } finally {
    await admin.adminProviders.delete.mutate({ id: spare.id });
    await second.close();
  }
});

test('an administrator adds an upstream, gives the model another name and a fallback, and checks them', async ({
  page,
  product,
  signIn,
  priced,
}) => {
  await signIn(product.administrator);
  const { admin, model, upstream } = priced;
  const second = await startScriptedUpstream({ models: ['spare-model'] });
  upstream.setModels([model]);
  const spare = await connectProvider(admin, second.baseUrl);
  try {
    await page.goto(`/admin/providers?tab=models&q=${model}`);
    await page.getByRole('button', { name: `Actions for ${model}` }).click();
    await page.getByRole('menuitem', { name: 'Routing' }).click();
    const sheet = page.getByRole('dialog', { name: `Routing of ${model}` });
    await sheet.getByRole('button', { name: 'Add upstream' }).click();
    const added = sheet.getByRole('listitem').last();
    await added.getByRole('combobox', { name: 'Provider', exact: true }).selectOption({ label: spare.name });
    await added.getByLabel('Model id at the provider').fill('spare-model');
    await sheet.getByLabel('Other names').fill(`${model}-nickname`);
    await sheet.getByRole('combobox', { name: 'Fallback models' }).selectOption({ label: 'demo-chat' });
    await expectAccessible(page, 'routing of a model');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(`The routing of ${model} is saved`)).toBeVisible();

    await page.getByRole('button', { name: `Actions for ${model}` }).click();
    await page.getByRole('menuitem', { name: 'Routing' }).click();
    await sheet.getByRole('button', { name: 'Check upstreams' }).click();
    await expect(sheet.getByText(/Check: answered/)).toHaveCount(2);
    expect(second.requests.map(({ path }) => path)).toEqual(['/v1/models']);
    // What was checked first is tried first from now on.
    await sheet.getByRole('button', { name: `Try ${spare.name} spare-model earlier` }).click();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toHaveCount(0);
    expect((await priced.call({ model: `${model}-nickname` })).status).toBe(200);
    expect(second.requests.at(-1)).toMatchObject({ model: 'spare-model' });

    // A name that is taken is refused beside its field.
    await page.getByRole('button', { name: `Actions for ${model}` }).click();
    await page.getByRole('menuitem', { name: 'Routing' }).click();
    await sheet.getByLabel('Other names').fill('demo-chat');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet.getByText('"demo-chat" is a model\'s name.')).toBeVisible();
    await page.setViewportSize({ width: 360, height: 640 });
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'routing on a phone');
  } finally {
    await admin.adminProviders.delete.mutate({ id: spare.id });
    await second.close();
  }
});
