import { request, type Cookie } from '@playwright/test';
import { apiOf } from '../e2e/support/api.ts';
import { openPricedCalls } from '../e2e/support/open-priced-calls.ts';
import { startProduct } from '../e2e/support/product.ts';
import { fill, type Filled } from './fill.ts';

const administrator = { email: 'admin@example.com', password: 'correct horse battery' };
const user = { name: 'Ada', email: 'ada@example.com', password: 'another long password' };

/** The product where much has been going on. */
export interface FilledProduct {
  origin: string;
  /** Of an administrator who is signed in. */
  cookies: Cookie[];
  /** What paths of places may name. */
  names: Filled;
  stop: () => Promise<void>;
}

export async function startFilledProduct(): Promise<FilledProduct> {
  const product = await startProduct({
    INIT_ADMIN_EMAIL: administrator.email,
    INIT_ADMIN_PASSWORD: administrator.password,
  });
  const { origin } = product;
  const [adminContext, userContext] = await Promise.all([request.newContext(), request.newContext()]);
  const [admin, api] = [apiOf(adminContext, origin), apiOf(userContext, origin)];
  await admin.auth.signIn.mutate(administrator);
  await admin.adminUsers.create.mutate(user);
  await api.auth.signIn.mutate({ email: user.email, password: user.password });
  const priced = await openPricedCalls({ origin, admin, api, account: user });
  const names = await fill(priced);
  const { cookies } = await userContext.storageState();
  return {
    origin,
    cookies,
    names,
    stop: async () => {
      await priced.upstream.close();
      await Promise.all([adminContext.dispose(), userContext.dispose()]);
      await product.stop();
    },
  };
}
