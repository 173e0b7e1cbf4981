import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';

/** Things that examples of several kinds of operations show. */

export const TIME = '2026-11-21T10:30:00.000Z';
export const OK = { ok: true };
export const LAST_TEST = { ok: true, latency_ms: 412, reason: null, tested_at: TIME };
export const EXTRA_PRICES = { ...NO_EXTRA_PRICES, cached_input_price: '0.16' };
export const TEST_RESULT = {
  type: 'result',
  ok: true,
  latency_ms: 412,
  reason: null,
  message: null,
  http_status: 200,
  allow_entry: null,
  models: ['llama-3.1-8b-instruct'],
  streaming: true,
  usage: true,
};
export const BALANCE = { currency: 'CNY', balance: '100', held: '0.02', available: '99.98' };
export const USER = {
  id: 'usr_01abcdefgh1234567890123',
  name: 'Developer',
  email: 'dev@example.com',
  role: 'user',
  status: 'active',
  rpm_limit: null,
  tpm_limit: 200_000,
  concurrency_limit: null,
  balance: '100',
  key_count: 2,
  version: 3,
  created_at: TIME,
  last_seen_at: TIME,
};
