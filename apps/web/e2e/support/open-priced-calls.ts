import { setTimeout as sleep } from 'node:timers/promises';
import { startScriptedUpstream, type ScriptedUpstream } from '@aigc/api/scripted-upstream';
import type { TestApi } from './api.ts';
import { addModel, connectProvider } from './cloud.ts';

const ENTERED_TIMEOUT_MS = 10_000;
const ENTERED_POLL_MS = 30;

/** A user with a key and a balance, and a cloud model with prices whose upstream does as it is told. */
export interface PricedCalls {
  upstream: ScriptedUpstream;
  /** Costs 2.4 for a million input tokens and 9.6 for a million output tokens. */
  model: string;
  key: { id: number; name: string };
  /** The user's own procedures. */
  api: TestApi;
  account: { email: string };
  /** Procedures of the administrator, outside the browser. */
  admin: TestApi;
  /** Calls a model with the user's key, as a program would; resolves when the answer is whole and the call entered. */
  call: (options?: { model?: string; stream?: boolean }) => Promise<Response>;
  /** The same, answered by the upstream with so many tokens. */
  callWith: (promptTokens: number, completionTokens: number) => Promise<void>;
}

/** Gives a user a balance, a key and a model to call. `close` takes the model away again. */
export async function openPricedCalls(who: {
  origin: string;
  admin: TestApi;
  api: TestApi;
  account: { email: string };
}): Promise<PricedCalls & { close: () => Promise<void> }> {
  const { origin, admin, api, account } = who;
  const { items } = await admin.adminUsers.list.query({ search: account.email });
  const user = items.find(({ email }) => email === account.email);
  if (!user) throw new Error('the user is not on the list');
  await admin.adminBilling.topUp.mutate({ user_id: user.id, amount: '10', note: 'To start with' });

  const upstream = await startScriptedUpstream();
  const provider = await connectProvider(admin, upstream.baseUrl);
  const model = `${provider.word}-max`;
  await addModel(admin, { title: model, provider_id: provider.id });
  const key = await api.keys.create.mutate({ name: 'Production' });

  const call: PricedCalls['call'] = async ({ model: name = model, stream = false } = {}) => {
    const response = await fetch(`${origin}/api/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: name, stream, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await response.clone().text();
    await entered(admin, response);
    return response;
  };
  return {
    upstream,
    model,
    key,
    api,
    account,
    admin,
    call,
    callWith: async (promptTokens, completionTokens) => {
      upstream.next({ usage: { promptTokens, completionTokens } });
      const response = await call();
      if (!response.ok) throw new Error(`the call failed: ${await response.text()}`);
    },
    close: async () => {
      await admin.adminProviders.delete.mutate({ id: provider.id });
      await upstream.close();
    },
  };
}

/** A call is entered in the log and the ledger moments after its answer has ended. */
async function entered(admin: TestApi, response: Response): Promise<void> {
  // What is refused before the caller and the model are known is not entered at all.
  if ([400, 401, 404].includes(response.status)) return;
  const requestId = response.headers.get('x-request-id') ?? '';
  const giveUpMs = Date.now() + ENTERED_TIMEOUT_MS;
  for (;;) {
    const { items } = await admin.logs.list.query({ scope: 'all', request_id: requestId });
    if (items.length === 1) return;
    if (Date.now() > giveUpMs) throw new Error(`the call ${requestId} was not entered`);
    await sleep(ENTERED_POLL_MS);
  }
}
