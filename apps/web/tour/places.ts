/** Something of the panel that can be looked at. */
export interface Place {
  name: string;
  /** `{call}` and `{model}` stand for one that exists; a place that needs one is left out where nothing is filled in. */
  path: string;
  /** Who can be there. */
  who: 'visitor' | 'user' | 'administrator';
}

export const places: readonly Place[] = [
  { name: 'sign-in', path: '/sign-in', who: 'visitor' },
  { name: 'register', path: '/register', who: 'visitor' },
  { name: 'overview', path: '/', who: 'user' },
  { name: 'plaza', path: '/models', who: 'user' },
  { name: 'plaza-model', path: '/models?model={model}', who: 'user' },
  { name: 'local-models', path: '/models?tab=local', who: 'user' },
  { name: 'local-model-form', path: '/models?tab=local&add=1', who: 'user' },
  { name: 'playground', path: '/playground', who: 'user' },
  { name: 'keys', path: '/keys', who: 'user' },
  { name: 'key-form', path: '/keys?create=1', who: 'user' },
  { name: 'logs', path: '/logs', who: 'user' },
  { name: 'call', path: '/logs?call={call}', who: 'user' },
  { name: 'stats', path: '/stats', who: 'user' },
  { name: 'billing', path: '/billing', who: 'user' },
  { name: 'settings', path: '/settings', who: 'user' },
  { name: 'not-found', path: '/nothing-here', who: 'user' },
  { name: 'providers', path: '/admin/providers', who: 'administrator' },
  { name: 'provider-presets', path: '/admin/providers?connect=1', who: 'administrator' },
  { name: 'provider-models', path: '/admin/providers?tab=models', who: 'administrator' },
  { name: 'model-form', path: '/admin/providers?tab=models&model=new', who: 'administrator' },
  { name: 'model-test', path: '/admin/model-test', who: 'administrator' },
  { name: 'users', path: '/admin/users', who: 'administrator' },
  { name: 'user-form', path: '/admin/users?create=1', who: 'administrator' },
  { name: 'platform-settings', path: '/admin/settings', who: 'administrator' },
];
