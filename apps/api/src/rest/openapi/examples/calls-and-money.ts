import type { Examples } from './example.ts';
import { TIME, BALANCE, USER } from './samples.ts';

const CALL_LOG = {
  id: '1042',
  request_id: 'req_01abcdefgh1234567890123',
  created_at: TIME,
  user_id: 'usr_01abcdefgh1234567890123',
  user_email: 'dev@example.com',
  api_key_id: 7,
  api_key_name: 'Reporting',
  model_id: 3,
  model_name: 'qwen-plus',
  provider: 'Alibaba Cloud Bailian',
  endpoint: 'chat/completions',
  source: 'api',
  is_local: false,
  is_own_key: false,
  is_stream: true,
  input_tokens: 812,
  output_tokens: 240,
  cached_tokens: 0,
  reasoning_tokens: 0,
  usage_details: null,
  estimated: false,
  bill: '0.0011296',
  status: 'success',
  http_status: 200,
  error_code: null,
  error_message: null,
  latency_ms: 1_840,
  ttft_ms: 320,
  request_ip: '203.0.113.7',
};
const SUMS = { calls: 128, failed: 1, input_tokens: 90_112, output_tokens: 31_744, cost: '0.1355776' };
const TOTALS = { ...SUMS, latency_p50_ms: 1_512, latency_p95_ms: 4_317, ttft_p50_ms: 304, ttft_p95_ms: 986 };

/** Calls, what they cost, and the balance. */
export const CALL_EXAMPLES: Examples = {
  'logs.list': { input: { status: 'success', limit: 50 }, output: { items: [CALL_LOG], next_cursor: null } },
  'logs.get': {
    input: { id: '1042' },
    output: {
      ...CALL_LOG,
      input_price: '0.8',
      output_price: '2',
      bill_lines: [
        { part: 'input', quantity: 812, price: '0.8', per: 1_000_000, amount: '0.0006496' },
        { part: 'output', quantity: 240, price: '2', per: 1_000_000, amount: '0.00048' },
      ],
      answered_by: null,
      attempts: [
        {
          model: 'qwen-plus',
          provider: 'Qwen',
          upstream_model: 'qwen-plus',
          started_ms: 0,
          latency_ms: 1840,
          http_status: 200,
          error_code: null,
        },
      ],
      currency: 'CNY',
      ledger: [{ id: '311', kind: 'usage', amount: '-0.0011296' }],
    },
  },
  'logs.bodies': {
    input: { id: '1042' },
    output: {
      state: 'kept',
      request: {
        content_type: 'application/json',
        text: '{"model":"qwen-plus","messages":[{"role":"user","content":"Hello"}]}',
        bytes: 69,
        is_truncated: false,
      },
      answer: {
        content_type: 'application/json',
        text: '{"id":"chatcmpl-1","object":"chat.completion","choices":[…',
        bytes: 91_204,
        is_truncated: true,
      },
      kept_until: '2026-11-28T10:30:00.000Z',
    },
  },
  'logs.facets': {
    input: { scope: 'mine' },
    output: { models: ['qwen-plus'], keys: [{ id: 7, name: 'Reporting' }] },
  },
  'stats.get': {
    input: { from: '2026-11-20T16:00:00Z', to: '2026-11-21T16:00:00Z', time_zone: 'Asia/Shanghai' },
    output: {
      from: '2026-11-20T16:00:00.000Z',
      to: '2026-11-21T16:00:00.000Z',
      currency: 'CNY',
      totals: TOTALS,
      previous: TOTALS,
      by_day: [{ day: '2026-11-21', ...TOTALS }],
      by_day_and_model: [
        { day: '2026-11-21', model: 'qwen-plus', calls: 128, tokens: 121_856, cost: SUMS.cost },
      ],
      by_model: [{ model: 'qwen-plus', is_local: false, ...SUMS }],
      by_key: [{ api_key_id: 7, name: 'Reporting', ...SUMS }],
      by_user: [],
      errors: [{ code: 'upstream_timeout', calls: 1 }],
    },
  },
  'billing.balance': { output: BALANCE },
  'billing.ledger': {
    input: { limit: 50 },
    output: {
      items: [
        {
          id: '311',
          kind: 'usage',
          amount: '-0.0011296',
          balance_after: '99.9988704',
          note: null,
          request_id: CALL_LOG.request_id,
          call_log_id: '1042',
          redeem_code_prefix: null,
          actor_email: null,
          created_at: TIME,
        },
      ],
      next_cursor: null,
    },
  },
  'billing.redeem': {
    input: { code: '7QH2K-9M4TD-WX3RB-5N8CV-0ZJ6E' },
    output: { ...BALANCE, amount: '20' },
  },
  'billing.report': {
    input: { start: '2026-11-01', end: '2026-11-30', time_zone: 'Asia/Shanghai', by: 'model' },
    output: {
      start: '2026-11-01',
      end: '2026-11-30',
      from: '2026-10-31T16:00:00.000Z',
      to: '2026-11-30T16:00:00.000Z',
      time_zone: 'Asia/Shanghai',
      currency: 'CNY',
      account: USER.email,
      by: 'model',
      rows: [
        {
          model: 'qwen-plus',
          is_local: false,
          calls: 128,
          failed: 1,
          input_tokens: 520_000,
          output_tokens: 91_000,
          cost: '0.598',
        },
      ],
      omitted: null,
      total: { calls: 128, failed: 1, input_tokens: 520_000, output_tokens: 91_000, cost: '0.598' },
      ledger: {
        opening: '3',
        topups: '100',
        redemptions: '20',
        adjustments: '0',
        charged: '0.598',
        closing: '122.402',
        uncollected: '0',
      },
    },
  },
};
