import { describe, expect, it } from 'vitest';
import type { ViewerState } from '@aigc/shared/schemas/viewer';
import { guard, safeNext } from './guard.ts';

const state: ViewerState = {
  setup_required: false,
  body_logging: null,
  platform_name: 'AIGC Space',
  default_locale: 'en',
  currency: 'CNY',
  registration_open: false,
  viewer: null,
};
const viewer = {
  id: 'usr_1',
  email: 'a@example.com',
  name: 'A',
  role: 'user' as const,
  locale: null,
  theme: null,
  organisation: { id: 'org_1', name: 'A' },
  project: { id: 'prj_1', name: 'Default' },
};
const at = (path: string) => new URL(path, 'http://127.0.0.1');

describe('guard', () => {
  it('sends everyone to the set-up page until there is an administrator', () => {
    expect(guard('/(app)', at('/'), { ...state, setup_required: true })).toBe('/setup');
    expect(guard('/(auth)/sign-in', at('/sign-in'), { ...state, setup_required: true })).toBe('/setup');
    expect(guard('/(auth)/setup', at('/setup?token=x'), { ...state, setup_required: true })).toBeNull();
  });

  it('sends a visitor to sign in and remembers where they wanted to go', () => {
    expect(guard('/(app)', at('/'), state)).toBe('/sign-in');
    expect(guard('/(app)/logs', at('/logs?status=failed'), state)).toBe(
      '/sign-in?next=%2Flogs%3Fstatus%3Dfailed',
    );
  });

  it('tells everybody that an address does not exist, instead of sending them somewhere', () => {
    expect(guard('/(app)/[...path]', at('/nothing-here'), state)).toBeNull();
    expect(guard('/(app)/[...path]', at('/nothing-here'), { ...state, setup_required: true })).toBeNull();
    expect(guard('/(app)/[...path]', at('/nothing-here'), { ...state, viewer })).toBeNull();
  });

  it('opens administration to administrators only', () => {
    expect(guard('/(app)/admin/users', at('/admin/users'), { ...state, viewer })).toBe('/');
    expect(
      guard('/(app)/admin/users', at('/admin/users'), { ...state, viewer: { ...viewer, role: 'admin' } }),
    ).toBeNull();
  });

  it('opens registration only where it is allowed', () => {
    expect(guard('/(auth)/register', at('/register'), state)).toBe('/sign-in');
    expect(guard('/(auth)/register', at('/register'), { ...state, registration_open: true })).toBeNull();
  });

  it('sends who is signed in on to where they wanted to go', () => {
    expect(guard('/(auth)/sign-in', at('/sign-in?next=%2Fkeys'), { ...state, viewer })).toBe('/keys');
  });
});

describe('safeNext', () => {
  it('never leaves this site', () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      null,
      '',
    ]) {
      expect(safeNext(next)).toBe('/');
    }
    expect(safeNext('/logs?model=a%2Fb')).toBe('/logs?model=a%2Fb');
  });
});
