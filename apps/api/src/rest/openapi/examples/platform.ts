import type { Examples } from './example.ts';
import { TIME, BALANCE, USER } from './samples.ts';

const REDEEM_CODE = {
  id: 57,
  prefix: '7QH2K',
  batch_id: 3,
  amount: '20',
  status: 'redeemed',
  expires_at: '2027-02-19T10:30:00.000Z',
  note: 'Workshop',
  redeemed_at: TIME,
  redeemed_by_email: 'dev@example.com',
  created_by_email: 'admin@example.com',
  created_at: TIME,
};
const SETTINGS = {
  platform_name: 'AIGC Space',
  version: 3,
  registration: 'closed',
  default_locale: 'en',
  currency: 'CNY',
  currency_fixed_by: 'money',
  sources: {
    platform_name: 'panel',
    registration: 'default',
    default_locale: 'environment',
    currency: 'panel',
  },
  log_retention_days: 180,
  body_log_mode: 'off',
  body_log_max_bytes: 65_536,
  body_log_keep_days: 7,
  upstream_allow: ['10.1.0.5:11434'],
  upstream_allow_fixed: [],
  loopback_allowed: true,
};
const BALANCES_FINDING = {
  name: 'balances',
  status: 'ok',
  code: 'balances.ok',
  params: {},
  message: 'every balance is the sum of its ledger entries',
  fix: null,
};
const HEALTH = {
  at: TIME,
  version: '0.1.0',
  node: '26.10.0',
  started_at: TIME,
  processes: [
    {
      worker: '1',
      started_at: TIME,
      loop_delay_ms: 1.2,
      loop_utilization: 0.08,
      memory_bytes: 214_958_080,
      running_calls: 3,
      undrained_calls: 0,
      is_draining: false,
    },
  ],
  elsewhere: [],
  database: { is_up: true, is_embedded: true, answer_ms: 0.6, size_bytes: 48_234_496 },
  disk: { free_bytes: 91_268_055_040, total_bytes: 137_438_953_472 },
  settlement: {
    mode: 'journal',
    undrained_calls: 0,
    undrained_bytes: 0,
    oldest_ms: 0,
    quarantined: 0,
    leases: 2,
    idle_leased: '1.25',
    held_calls: 3,
  },
  snapshot: { age_ms: 400, max_age_ms: 900_000 },
  upstreams: [{ provider: 'OpenAI', calls: 412, failed: 2, p50_ms: 830, p95_ms: 4210, breaker: 'closed' }],
  jobs: [
    {
      name: 'log-retention',
      every_ms: 3_600_000,
      started_at: TIME,
      duration_ms: 12,
      succeeded_at: TIME,
      error: null,
    },
  ],
  log: { retention_days: 180, months: [{ month: '2026-11', rows: 18_233, bytes: 9_437_184 }] },
  findings: [
    {
      name: 'disk-space',
      status: 'ok',
      code: 'disk.ok',
      params: { freeBytes: 91_268_055_040, path: '/var/lib/aigc' },
      message: '85.0 GB free for /var/lib/aigc',
      fix: null,
    },
  ],
  checked_at: TIME,
};
const AUDIT_LINE = {
  id: '17',
  created_at: TIME,
  actor_kind: 'user',
  actor_id: USER.id,
  actor_name: 'Administrator',
  actor_email: 'admin@example.com',
  action: 'model.update',
  target_type: 'model',
  target_id: '4',
  target_name: 'qwen-plus',
  ip: '203.0.113.7',
};

/** Administration of users, money, settings and the platform itself. */
export const PLATFORM_EXAMPLES: Examples = {
  'adminUsers.list': {
    input: { search: 'example.com', limit: 50 },
    output: { items: [USER], next_cursor: null },
  },
  'adminUsers.create': {
    input: { name: 'Developer', email: 'dev@example.com', password: 'a long passphrase', role: 'user' },
    output: { ...USER, balance: '0', key_count: 0, last_seen_at: null },
  },
  'adminUsers.update': {
    input: { id: USER.id, status: 'deactivated' },
    output: { ...USER, status: 'deactivated' },
  },
  'adminUsers.resetPassword': {
    input: { id: USER.id, password: 'correct horse battery staple' },
    output: { ok: true },
  },
  'adminUsers.endSessions': { input: { id: USER.id }, output: { ended: 2 } },
  'adminBilling.topUp': { input: { user_id: USER.id, amount: '100', note: 'November' }, output: BALANCE },
  'adminRedeemCodes.list': {
    input: { status: 'redeemed', limit: 50 },
    output: {
      items: [REDEEM_CODE],
      next_cursor: null,
      currency: 'CNY',
      totals: {
        open: { count: 98, amount: '1960' },
        redeemed: { count: 1, amount: '20' },
        expired: { count: 0, amount: '0' },
        disabled: { count: 1, amount: '20' },
      },
    },
  },
  'adminRedeemCodes.create': {
    input: { count: 2, amount: '20', expires_at: '2027-02-19T10:30:00.000Z', note: 'Workshop' },
    output: {
      batch_id: 3,
      amount: '20',
      currency: 'CNY',
      expires_at: '2027-02-19T10:30:00.000Z',
      note: 'Workshop',
      codes: ['7QH2K-9M4TD-WX3RB-5N8CV-0ZJ6E', 'A0T9R-2WVXM-84KDE-Q1N7B-GCJ3H'],
    },
  },
  'adminRedeemCodes.update': {
    input: { id: REDEEM_CODE.id, is_disabled: true },
    output: { count: 1, amount: '20' },
  },
  'adminRedeemCodes.delete': { input: { id: REDEEM_CODE.id }, output: { count: 1, amount: '20' } },
  'adminRedeemCodes.updateBatch': {
    input: { batch_id: REDEEM_CODE.batch_id, is_disabled: true },
    output: { count: 98, amount: '1960' },
  },
  'adminRedeemCodes.deleteBatch': {
    input: { batch_id: REDEEM_CODE.batch_id },
    output: { count: 98, amount: '1960' },
  },
  'adminSettings.get': { output: SETTINGS },
  'adminSettings.update': {
    input: { platform_name: 'AIGC Space', upstream_allow: ['10.1.0.5:11434'] },
    output: SETTINGS,
  },
  'adminSettings.retention': {
    input: { days: 90 },
    output: { kept_from: TIME, calls: 18_233, is_estimated: true, oldest: TIME },
  },
  'adminHealth.status': { output: HEALTH },
  'adminHealth.check': {
    input: { kind: 'books' },
    output: { type: 'result', ok: true, findings: [BALANCES_FINDING] },
  },
  'adminAudit.list': {
    input: { action: 'model', actor: 'admin@example.com', limit: 50 },
    output: { items: [AUDIT_LINE], next_cursor: null },
  },
  'adminAudit.get': {
    input: { id: '17' },
    output: {
      ...AUDIT_LINE,
      changes: [{ field: 'input_price', before: '2', after: '1.5' }],
    },
  },
};
