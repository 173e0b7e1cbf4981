import type { ApiKey } from '@aigc/shared/schemas/keys';
import { describe, expect, it } from 'vitest';
import {
  boundsFaults,
  boundsInput,
  changedBounds,
  changedFaults,
  initialBounds,
} from './key-bounds-input.ts';

const timeZone = 'Asia/Shanghai';
const now = new Date('2026-11-21T04:00:00Z');
const context = { kind: 'model', timeZone, now } as const;
const saved: ApiKey = {
  version: 1,
  id: 7,
  name: 'Server',
  kind: 'model',
  api_key_prefix: 'sk-aigc-AbCd',
  last_four: 'wxyz',
  status: 'active',
  expires_at: '2026-11-20T00:00:30.000Z',
  allowed_models: ['qwen-plus'],
  allowed_ips: ['10.0.0.0/8', '2001:db8::1'],
  rpm_limit: 60,
  tpm_limit: null,
  concurrency_limit: null,
  budget: '12.5',
  budget_period: 'week',
  strict_parameters: true,
  budget_spent: '0',
  budget_resets_at: null,
  previous_valid_until: null,
  last_used_at: null,
  created_at: '2026-11-01T00:00:00.000Z',
  updated_at: '2026-11-01T00:00:00.000Z',
};
const fresh = () => initialBounds(undefined, timeZone);

describe('the bounds of a new key', () => {
  it('are none as long as nothing is entered', () => {
    expect(boundsInput(fresh(), context)).toEqual({
      expires_at: null,
      allowed_ips: null,
      allowed_models: null,
      rpm_limit: null,
      tpm_limit: null,
      concurrency_limit: null,
      budget: null,
      budget_period: null,
      strict_parameters: false,
    });
  });

  it('are sent as entered, times in the viewer’s zone', () => {
    const fields = {
      ...fresh(),
      expiry: 'at' as const,
      expiresAt: '2026-12-01T08:30',
      addresses: ' 192.0.2.7\n10.0.0.0/8, 2001:db8::/32 ',
      limits: { rpm: ' 60', tpm: '', concurrency: '4' },
      budget: '0.1234567891',
      budgetPeriod: 'day' as const,
    };
    expect(boundsInput(fields, context)).toMatchObject({
      expires_at: '2026-12-01T00:30:00.000Z',
      allowed_ips: ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32'],
      rpm_limit: 60,
      concurrency_limit: 4,
      budget: '0.1234567891',
      budget_period: 'day',
    });
  });

  it('are of expiry and addresses alone for a management key', () => {
    const fields = { ...fresh(), expiry: '7' as const, budget: '5', isOnlySome: true, models: ['x'] };
    expect(boundsInput(fields, { kind: 'management', timeZone, now })).toEqual({
      expires_at: '2026-11-28T04:00:00.000Z',
      allowed_ips: null,
    });
  });
});

describe('faults', () => {
  it.each([
    [{ expiry: 'at' as const, expiresAt: '' }, { expires_at: 'expiry' }],
    [{ expiry: 'at' as const, expiresAt: '2026-11-21T11:59' }, { expires_at: 'expiry' }],
    [{ isOnlySome: true }, { allowed_models: 'models' }],
    [{ addresses: '10.0.0.0/8\nexample.com' }, { allowed_ips: 'address' }],
    [{ addresses: '10.0.0.0/33' }, { allowed_ips: 'address' }],
    [
      { limits: { rpm: '0', tpm: '1.5', concurrency: 'x' } },
      { rpm_limit: 'limit', tpm_limit: 'limit', concurrency_limit: 'limit' },
    ],
    [{ budget: '0.00' }, { budget: 'budget' }],
    [{ budget: '-5' }, { budget: 'budget' }],
  ])('of %j stand beside their field', (change, faults) => {
    expect(boundsFaults({ ...fresh(), ...change }, context)).toEqual(faults);
  });
});

describe('the bounds of a key that is there', () => {
  it('leave an unchanged expiry as it is, also one that has passed', () => {
    const initial = initialBounds(saved, timeZone);
    const fields = { ...initial, budget: '20' };
    expect(changedFaults(fields, initial, context)).toEqual({});
    const input = changedBounds(fields, initial, context);
    expect(input).not.toHaveProperty('expires_at');
    expect(input).toMatchObject({
      budget: '20',
      budget_period: 'week',
      allowed_models: ['qwen-plus'],
      rpm_limit: 60,
      strict_parameters: true,
    });
  });

  it('send a changed expiry', () => {
    const initial = initialBounds(saved, timeZone);
    const input = changedBounds({ ...initial, expiry: 'never' }, initial, context);
    expect(input.expires_at).toBeNull();
  });
});
