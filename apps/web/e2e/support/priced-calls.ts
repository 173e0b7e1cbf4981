import { openPricedCalls, type PricedCalls } from './open-priced-calls.ts';
import { test as base } from './test.ts';

export const test = base.extend<{ priced: PricedCalls }>({
  priced: async ({ asUser, administratorApi, product }, use) => {
    const { close, ...priced } = await openPricedCalls({
      origin: product.origin,
      admin: administratorApi,
      ...asUser,
    });
    await use(priced);
    await close();
  },
});

export { expect } from '@playwright/test';
export type { PricedCalls };
