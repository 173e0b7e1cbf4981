import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { apiOf, type TestApi } from './api.ts';
import { ConsoleWatch } from './console-watch.ts';
import { startProduct, type Product } from './product.ts';

export interface Account {
  name: string;
  email: string;
  password: string;
}

const administrator: Account = {
  name: 'Admin',
  email: 'admin@example.com',
  password: 'correct horse battery',
};

interface TestFixtures {
  /** Fails the test on any console error, warning or uncaught exception, in every page of `page`'s browser. */
  complaints: ConsoleWatch;
  /** Signs an account in, in this test's browser. */
  signIn: (account: Account) => Promise<TestApi>;
  /** This test's browser, signed in as the administrator, with the procedures to prepare things. */
  asAdmin: TestApi;
  /** The same as a new ordinary user, whom no other test knows. */
  asUser: { api: TestApi; account: Account };
  /** A product that nobody has set up yet, for this test alone. */
  freshProduct: Product;
}

interface WorkerFixtures {
  /** The product, set up, with `administrator` as its only account; shared by the tests of a worker. */
  product: Product & { administrator: Account };
  /** The administrator's procedures, outside every test's browser. */
  administratorApi: TestApi;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  product: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const product = await startProduct({
        INIT_ADMIN_EMAIL: administrator.email,
        INIT_ADMIN_PASSWORD: administrator.password,
      });
      await use({ ...product, administrator });
      await product.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  administratorApi: [
    async ({ product, playwright }, use) => {
      const outside = await playwright.request.newContext();
      const api = apiOf(outside, product.origin);
      const { email, password } = product.administrator;
      await api.auth.signIn.mutate({ email, password });
      await use(api);
      await outside.dispose();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ product }, use) => use(product.origin),

  complaints: [
    async ({ context }, use, testInfo) => {
      const watch = new ConsoleWatch();
      await watch.watch(context);
      await use(watch);
      if (watch.complaints.length && testInfo.status === testInfo.expectedStatus) {
        throw new Error(`the browser complained:\n${watch.complaints.join('\n')}`);
      }
    },
    { auto: true },
  ],

  page: async ({ page }, use) => {
    const goto = page.goto.bind(page);
    page.goto = async (url, options) => {
      const response = await goto(url, options);
      await ready(page);
      return response;
    };
    const reload = page.reload.bind(page);
    page.reload = async (options) => {
      const response = await reload(options);
      await ready(page);
      return response;
    };
    await use(page);
  },

  signIn: async ({ context, product }, use) => use((account) => signIn(context, product, account)),

  asAdmin: async ({ context, product }, use) => use(await signIn(context, product, product.administrator)),

  asUser: async ({ context, product, administratorApi }, use, testInfo) => {
    const account: Account = {
      name: 'User',
      email: `user-${testInfo.testId}-${testInfo.repeatEachIndex}@example.com`.toLowerCase(),
      password: 'another long password',
    };
    await administratorApi.adminUsers.create.mutate(account);
    await use({ api: await signIn(context, product, account), account });
  },

  freshProduct: async ({ context }, use, testInfo) => {
    testInfo.setTimeout(testInfo.timeout + 90_000);
    const product = await startProduct();
    await use(product);
    // First those who listen to it: a page whose server has gone complains.
    for (const page of context.pages()) await page.close();
    await product.stop();
  },
});

async function signIn(context: BrowserContext, product: Product, account: Account): Promise<TestApi> {
  const api = apiOf(context, product.origin);
  await api.auth.signIn.mutate({ email: account.email, password: account.password });
  // As after the sign-in page, which tells the server the browser's zone; the next page would be read twice otherwise.
  await context.addCookies([{ name: 'tz', value: 'Asia/Shanghai', url: product.origin }]);
  return api;
}

/** Waits until the page answers clicks, which the server's HTML alone does not. `goto` and `reload` do it too. */
export async function ready(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor();
}

export { expect } from '@playwright/test';
