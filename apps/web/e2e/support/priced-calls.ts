import { expect } from '@playwright/test';
import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import { apiOf, type TestApi } from './api.ts';
import { addModel, connectProvider } from './cloud.ts';
import { test as base, type Account } from './test.ts';

/** A user with a key and a balance, and a cloud model with prices whose upstream does as it is told. */
export interface PricedCalls {
  upstream: ScriptedUpstream;
  /** Costs 2.4 for a million input tokens and 9.6 for a million output tokens. */
  model: string;
  key: { id: number; name: string };
  /** The user's own procedures. */
  api: TestApi;
  account: Account;
  /** Procedures of the administrator, outside the browser. */
  admin: TestApi;
  /** Calls a model with the user's key, as a program would; resolves when the answer is whole and the call entered. */
  call: (options?: { model?: string; stream?: boolean }) => Promise<Response>;
  /** The same, answered by the upstream with so many tokens. */
  callWith: (promptTokens: number, completionTokens: number) => Promise<void>;
}

export const test = base.extend<{ priced: PricedCalls }>({
  priced: async ({ asUser, product, playwright }, use) => {
    const outside = await playwright.request.newContext();
    const admin = apiOf(outside, product.origin);
    const { email, password } = product.administrator;
    await admin.auth.signIn.mutate({ email, password });
    const users = await admin.adminUsers.list.query();
    const user = users.items.find((one) => one.email === asUser.account.email);
    if (!user) throw new Error('the user is not on the list');
    await admin.adminBilling.topUp.mutate({ user_id: user.id, amount: '10', note: 'To start with' });

    const upstream = await startScriptedUpstream();
    const provider = await connectProvider(admin, upstream.baseUrl);
    const model = `${provider.word}-max`;
    await addModel(admin, { title: model, provider_id: provider.id });
    const key = await asUser.api.keys.create.mutate({ name: 'Production' });

    const call: PricedCalls['call'] = async ({ model: name = model, stream = false } = {}) => {
      const response = await fetch(`${product.origin}/api/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key.api_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: name, stream, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      await response.clone().text();
      await entered(admin, response);
      return response;
    };
    await use({
      upstream,
      model,
      key,
      api: asUser.api,
      account: asUser.account,
      admin,
      call,
      callWith: async (promptTokens, completionTokens) => {
        upstream.next({ usage: { promptTokens, completionTokens } });
        const response = await call();
        if (!response.ok) throw new Error(`the call failed: ${await response.text()}`);
      },
    });
    await admin.adminProviders.delete.mutate({ id: provider.id });
    await outside.dispose();
    await upstream.close();
  },
});

/** A call is entered in the log and the ledger moments after its answer has ended. */
async function entered(admin: TestApi, response: Response): Promise<void> {
  // What is refused before the caller and the model are known is not entered at all.
  if ([400, 401, 404].includes(response.status)) return;
  const requestId = response.headers.get('x-request-id') ?? '';
  const find = async () =>
    (await admin.logs.list.query({ scope: 'all', request_id: requestId })).items.length;
  await expect.poll(find, { message: `the call ${requestId} is entered`, intervals: [20, 50, 100] }).toBe(1);
}

export { expect } from '@playwright/test';
