import type { Page } from '@playwright/test';
import type { Dictionary } from '../src/lib/i18n/dictionary.ts';

/** Something of the panel that can be looked at. */
export interface Place {
  name: string;
  /** `{call}` and `{model}` stand for one that exists; a place that needs one is left out where nothing is filled in. */
  path: string;
  /** Who can be there. */
  who: 'visitor' | 'user' | 'administrator';
  /** Left out where much, or where nothing, is there. Without it the place is looked at in both. */
  when?: 'filled' | 'empty';
  /** The address opens a window over the page. */
  dialog?: true;
  /** Brings up what the address alone does not: a menu, a dialog, a failure. `t` has the words of the language. */
  open?: (page: Page, t: Dictionary) => Promise<void>;
  /** What the browser says of it because it should, e.g. that an answer had status 404. */
  complaint?: RegExp;
}

/** Every page. A new one is one line here: the tour takes its pictures, and `npm test` asks axe about it. */
export const places: readonly Place[] = [
  { name: 'sign-in', path: '/sign-in', who: 'visitor' },
  { name: 'register', path: '/register', who: 'visitor' },
  { name: 'setup-link', path: '/setup', who: 'visitor' },
  { name: 'overview', path: '/', who: 'user' },
  { name: 'plaza', path: '/models', who: 'user' },
  { name: 'plaza-table', path: '/models?view=table', who: 'user', when: 'filled' },
  { name: 'plaza-model', path: '/models?model={model}', who: 'user', dialog: true },
  { name: 'local-models', path: '/models?tab=local', who: 'user' },
  { name: 'local-model-form', path: '/models?tab=local&add=1', who: 'user', dialog: true },
  { name: 'playground', path: '/playground', who: 'user' },
  { name: 'keys', path: '/keys', who: 'user' },
  { name: 'key-form', path: '/keys?create=1', who: 'user', dialog: true },
  { name: 'logs', path: '/logs', who: 'user' },
  { name: 'call', path: '/logs?call={call}', who: 'user', dialog: true },
  { name: 'stats', path: '/stats', who: 'user' },
  { name: 'billing', path: '/billing', who: 'user' },
  { name: 'report', path: '/billing/report?scope=all&by=model', who: 'user' },
  { name: 'settings', path: '/settings', who: 'user' },
  { name: 'not-found', path: '/nothing-here', who: 'user', complaint: /status of 404/ },
  { name: 'providers', path: '/admin/providers', who: 'administrator' },
  { name: 'provider-presets', path: '/admin/providers?connect=1', who: 'administrator', dialog: true },
  { name: 'provider-models', path: '/admin/providers?tab=models', who: 'administrator' },
  { name: 'model-form', path: '/admin/providers?tab=models&model=new', who: 'administrator', dialog: true },
  { name: 'model-test', path: '/admin/model-test', who: 'administrator' },
  { name: 'users', path: '/admin/users', who: 'administrator' },
  { name: 'user-form', path: '/admin/users?create=1', who: 'administrator', dialog: true },
  { name: 'redeem-codes', path: '/admin/redeem-codes', who: 'administrator' },
  { name: 'redeem-code-form', path: '/admin/redeem-codes?create=1', who: 'administrator', dialog: true },
  { name: 'platform-settings', path: '/admin/settings', who: 'administrator' },
  { name: 'health', path: '/admin/health', who: 'administrator' },
  { name: 'audit', path: '/admin/audit', who: 'administrator' },
];
