import type { PricedCalls } from '../e2e/support/open-priced-calls.ts';
import { addModel } from '../e2e/support/cloud.ts';

/** What paths of places may name, e.g. `{call}`. */
export type Filled = Readonly<Record<'call' | 'model', string>>;

/** Gives a user something to look at on every page, and makes them an administrator. */
export async function fill(priced: PricedCalls): Promise<Filled> {
  const { admin, api, upstream, callWith, call, account } = priced;
  const users = await admin.adminUsers.list.query();
  const user = users.items.find(({ email }) => email === account.email);
  if (user === undefined) throw new Error('the user is not on the list');
  await admin.adminUsers.update.mutate({ id: user.id, role: 'admin' });

  const providers = await admin.adminProviders.list.query();
  const provider = providers.items.find(({ is_demo: isDemo }) => !isDemo);
  if (provider === undefined) throw new Error('no provider is connected');
  await addModel(admin, {
    title: 'an-embedding-model-with-a-rather-long-name/that-has-to-break-somewhere',
    provider_id: provider.id,
    type: 'embedding',
    input_price: '0.5',
    output_price: '0',
  });
  await admin.adminModels.create.mutate({
    title: 'a-model-without-a-price',
    provider_id: provider.id,
    type: 'language',
  });
  await api.localModels.create.mutate({ name: 'llama on my desk', base_url: upstream.baseUrl });
  await api.keys.create.mutate({
    name: 'Staging, with limits',
    expires_at: '2099-01-01T00:00:00Z',
    allowed_models: ['demo-chat'],
    rpm_limit: 60,
    budget: '1234.5',
    budget_period: 'month',
  });

  await admin.adminRedeemCodes.create.mutate({ count: 3, amount: '20', note: 'Workshop in spring' });

  await callWith(1200, 340);
  await callWith(88_000, 12_345);
  await call({ model: 'demo-chat', stream: true });
  await call({ model: 'llama on my desk' });
  upstream.next({ fault: { kind: 'error', status: 500 } });
  await call();

  const { items } = await api.logs.list.query({});
  const models = await api.models.list.query();
  const [first] = items;
  const [model] = models.items;
  if (first === undefined || model === undefined) throw new Error('nothing was entered');
  return { call: first.id, model: String(model.id) };
}
