import type { Page } from '@playwright/test';
import type { Dictionary } from '../src/lib/i18n/dictionary.ts';
import type { Place } from './places.ts';

const nothing = 'nothing-is-called-like-this';

/** Opens the first menu whose button is called like that, e.g. the actions of a row, and waits until it is there. */
const firstMenu = async (page: Page, name: RegExp | string) => {
  await page.getByRole('main').getByRole('button', { name }).first().click();
  await page.getByRole('menu').waitFor();
};

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a button is called whose name holds another, e.g. that of a key: which one does not matter. */
const around = (naming: (name: string) => string) =>
  new RegExp(naming('\n').split('\n').map(escaped).join('.*'));

/** Goes to another page as a click does, with the API out of reach. */
const cutOff = async (page: Page, t: Dictionary) => {
  await page.route('**/trpc/**', (route) => route.abort());
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href, textContent: 'away' });
    document.body.append(link);
    link.click();
    link.remove();
  }, '/stats');
  await page.getByRole('main').getByRole('button', { name: t.common.retry }).waitFor();
};

/** What only shows for a while or after a fault. Looked at on the tour; tests of their own prove what it does. */
export const moments: readonly Place[] = [
  {
    name: 'sign-in-fault',
    path: '/sign-in',
    who: 'visitor',
    complaint: /status of 401/,
    open: async (page, t) => {
      await page.getByLabel(t.auth.email).fill('nobody@example.com');
      await page.getByLabel(t.auth.password, { exact: true }).fill('not the password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'palette',
    path: '/',
    who: 'user',
    open: async (page) => {
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').getByRole('option').first().waitFor();
    },
  },
  {
    name: 'palette-no-match',
    path: '/',
    who: 'user',
    open: async (page) => {
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').getByRole('combobox').fill(nothing);
    },
  },
  {
    name: 'shortcuts',
    path: '/',
    who: 'user',
    open: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'preferences-menu',
    path: '/',
    who: 'user',
    open: async (page, t) => {
      await page.getByRole('button', { name: new RegExp(escaped(t.common.theme)) }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'account-menu',
    path: '/',
    who: 'user',
    open: async (page, t) => {
      await page.getByRole('button', { name: around(t.common.accountMenu) }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  { name: 'plaza-no-match', path: `/models?q=${nothing}`, who: 'user' },
  { name: 'plaza-model-gone', path: '/models?model=2000000000', who: 'user', dialog: true },
  { name: 'logs-no-match', path: `/logs?model=${nothing}`, who: 'user' },
  { name: 'stats-no-match', path: `/stats?model=${nothing}`, who: 'user' },
  {
    name: 'key-menu',
    path: '/keys',
    who: 'user',
    when: 'filled',
    open: (page, t) => firstMenu(page, around(t.keys.actionsOf)),
  },
  {
    name: 'key-delete',
    path: '/keys',
    who: 'user',
    when: 'filled',
    open: async (page, t) => {
      await firstMenu(page, around(t.keys.actionsOf));
      await page.getByRole('menuitem', { name: t.keys.delete }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'key-bounds',
    path: '/keys',
    who: 'user',
    when: 'filled',
    open: async (page, t) => {
      await firstMenu(page, around(t.keys.actionsOf));
      await page.getByRole('menuitem', { name: t.keys.bounds }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'key-created',
    path: '/keys?create=1',
    who: 'user',
    when: 'empty',
    open: async (page) => {
      await page.getByRole('dialog').getByRole('textbox').first().fill('Laptop');
      await page.keyboard.press('Enter');
      await page.getByTestId('new-key').waitFor();
    },
  },
  {
    name: 'key-form-fault',
    path: '/keys?create=1',
    who: 'user',
    open: async (page) => {
      await page.getByRole('dialog').getByRole('textbox').first().focus();
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid="true"]').first().waitFor();
    },
  },
  {
    name: 'users-no-match',
    path: `/admin/users?q=${nothing}`,
    who: 'administrator',
  },
  {
    name: 'models-no-match',
    path: `/admin/providers?tab=models&q=${nothing}`,
    who: 'administrator',
  },
  {
    name: 'model-edit',
    path: '/admin/providers?tab=models&model={model}',
    who: 'administrator',
    dialog: true,
  },
  {
    name: 'model-routing',
    path: '/admin/providers?tab=models&routing={model}',
    who: 'administrator',
    dialog: true,
  },
  { name: 'catalogue-import', path: '/admin/providers?import=1', who: 'administrator', dialog: true },
  {
    name: 'cut-off',
    path: '/',
    who: 'user',
    complaint: /ERR_FAILED|Failed to fetch|status of 5/,
    open: cutOff,
  },
  {
    name: 'playground-two',
    path: '/playground?with=demo-vision',
    who: 'user',
    open: async (page, t) => {
      await page
        .getByRole('main')
        .locator('form textarea')
        .fill(t.playground.exampleTexts[0] ?? '');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: t.playground.retryAnswer }).first().waitFor();
    },
  },
  {
    name: 'playground-parameters',
    path: '/playground',
    who: 'user',
    open: async (page, t) => {
      await page.getByRole('main').getByRole('button', { name: t.playground.settings }).click();
      await page.getByLabel(t.playground.temperature).fill('3');
    },
  },
  {
    name: 'playground-conversations',
    path: '/playground',
    who: 'user',
    open: async (page, t) => {
      await page.getByRole('main').getByRole('button', { name: t.playground.moreActions }).click();
      await page.getByRole('menuitem', { name: t.playground.conversations }).click();
      await page.getByRole('dialog', { name: t.playground.conversations }).waitFor();
    },
  },
];
