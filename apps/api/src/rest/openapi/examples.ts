import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { OpenApiDocument } from '../openapi-document.ts';
import { REST_ROUTES, type ProcedurePath } from '../rest-routes.ts';

/** Examples of the document. A test holds each against its procedure's schemas. */

export interface ProcedureExample {
  /** Fields of the path among them. */
  input?: Record<string, unknown>;
  output: unknown;
}

const TIME = '2026-11-21T10:30:00.000Z';
const OK = { ok: true };

const API_KEY = {
  id: 7,
  name: 'Reporting',
  kind: 'model',
  api_key_prefix: 'sk-aigc-AbCd',
  last_four: 'x9Zk',
  status: 'active',
  expires_at: '2027-02-19T10:30:00.000Z',
  allowed_models: ['qwen-plus'],
  allowed_ips: ['192.0.2.0/24'],
  rpm_limit: 60,
  tpm_limit: null,
  concurrency_limit: 4,
  budget: '50',
  budget_period: 'month',
  strict_parameters: false,
  budget_spent: '3.2',
  budget_resets_at: '2026-12-01T00:00:00.000Z',
  previous_valid_until: null,
  last_used_at: TIME,
  created_at: TIME,
  version: 3,
  updated_at: TIME,
};
const LAST_TEST = { ok: true, latency_ms: 412, reason: null, tested_at: TIME };
const LOCAL_MODEL = {
  id: 12,
  name: 'my-llama',
  base_url: 'http://localhost:8080/v1',
  resolved_url: 'http://localhost:8080/v1/chat/completions',
  upstream_model: 'llama-3.1-8b-instruct',
  type: 'language',
  has_api_key: false,
  is_api_enabled: true,
  last_test: LAST_TEST,
  created_at: TIME,
  version: 3,
  updated_at: TIME,
};
const EXTRA_PRICES = { ...NO_EXTRA_PRICES, cached_input_price: '0.16' };
const CATALOGUE = `providers:
  - name: Alibaba Cloud Bailian
    preset: alibaba
models:
  - title: qwen-plus
    provider: Alibaba Cloud Bailian
    prices: { input: "0.4", output: "2" }
`;
const CONFORMANCE = {
  tested_at: TIME,
  results: [
    { probe: 'stream', verdict: 'yes', note: null, latency_ms: 1_204 },
    { probe: 'tools', verdict: 'no', note: 'It answered: I cannot see the weather.', latency_ms: 640 },
  ],
};
const PLAZA_MODEL = {
  id: 3,
  title: 'qwen-plus',
  description: '',
  type: 'language',
  capabilities: ['chat', 'tools', 'json'],
  is_local: false,
  is_demo: false,
  is_api_enabled: true,
  is_active: true,
  provider: { name: 'Alibaba Cloud Bailian', preset: 'alibaba' },
  context_length: 131_072,
  max_output_tokens: 8_192,
  input_price: '0.8',
  output_price: '2',
  ...EXTRA_PRICES,
  health: 'ok',
  last_test: LAST_TEST,
  conformance: CONFORMANCE,
  last_day: { calls: 128, failed: 1 },
};
const HEALTHY = { breaker: 'closed', retry_at: null, failures: 0, last_error_code: null } as const;

const MODEL_ROUTING = {
  model_id: 3,
  title: 'qwen-plus',
  version: 3,
  strategy: 'priority',
  upstreams: [
    {
      is_own: true,
      provider_id: 2,
      provider_name: 'Qwen',
      is_provider_enabled: true,
      upstream_model: 'qwen-plus',
      priority: 0,
      weight: 1,
      is_enabled: true,
      input_cost: null,
      output_cost: null,
      last_check: { ok: true, latency_ms: 180, reason: null, tested_at: '2026-11-20T08:30:00.000Z' },
      last_test: null,
      state: { ...HEALTHY, latency_ms: 420 },
    },
    {
      is_own: false,
      provider_id: 5,
      provider_name: 'OpenRouter',
      is_provider_enabled: true,
      upstream_model: 'qwen/qwen-plus',
      priority: 1,
      weight: 1,
      is_enabled: true,
      input_cost: '0.4',
      output_cost: '1.2',
      last_check: null,
      last_test: null,
      state: {
        breaker: 'open',
        retry_at: '2026-11-20T08:31:10.000Z',
        failures: 6,
        last_error_code: 'upstream_timeout',
        latency_ms: null,
      },
    },
  ],
  aliases: ['qwen'],
  fallbacks: [{ id: 4, title: 'qwen-turbo' }],
} as const;

const ADMIN_MODEL = {
  id: 3,
  title: 'qwen-plus',
  provider_id: 2,
  provider_name: 'Alibaba Cloud Bailian',
  upstream_model: null,
  description: '',
  type: 'language',
  capabilities: ['chat', 'tools', 'json'],
  context_length: 131_072,
  max_output_tokens: 8_192,
  input_price: '0.8',
  output_price: '2',
  ...EXTRA_PRICES,
  rpm_limit: 600,
  tpm_limit: null,
  concurrency_limit: null,
  is_api_enabled: true,
  is_demo: false,
  is_active: true,
  last_test: LAST_TEST,
  created_at: TIME,
  version: 3,
  updated_at: TIME,
};
const PROVIDER = {
  id: 2,
  name: 'Alibaba Cloud Bailian',
  preset: 'alibaba',
  dialect: 'openai-compatible',
  base_url: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  settings: {},
  has_api_key: true,
  api_key_hint: '4f2a',
  status: 'enabled',
  is_demo: false,
  model_count: 5,
  created_at: TIME,
  version: 3,
  updated_at: TIME,
};
const OWN_KEY = {
  provider_id: 2,
  provider_name: 'Alibaba Cloud Bailian',
  preset: 'alibaba',
  model_count: 5,
  is_multiline: false,
  has_key: true,
  api_key_hint: 'x7Qp',
  is_used: true,
  is_outdated: false,
  version: 3,
  updated_at: TIME,
};
const TEST_RESULT = {
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
const BALANCE = { currency: 'CNY', balance: '100', held: '0.02', available: '99.98' };
const USER = {
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

export const EXAMPLES: Readonly<Partial<Record<ProcedurePath, ProcedureExample>>> = {
  'viewer.get': {
    output: {
      setup_required: false,
      platform_name: 'AIGC Space',
      default_locale: 'en',
      currency: 'CNY',
      registration_open: false,
      body_logging: { mode: 'failed', keep_days: 7 },
      viewer: {
        id: USER.id,
        email: USER.email,
        name: USER.name,
        role: 'user',
        locale: 'en',
        theme: null,
        organisation: { id: 'org_01abcdefgh1234567890123', name: 'Developer' },
        project: { id: 'prj_01abcdefgh1234567890123', name: 'Default' },
      },
    },
  },
  'account.update': { input: { name: 'Developer', locale: 'zh-CN' }, output: OK },
  'keys.list': { output: { items: [API_KEY] } },
  'keys.usage': {
    input: { time_zone: 'Asia/Shanghai', days: 3 },
    output: {
      days: ['2026-11-19', '2026-11-20', '2026-11-21'],
      items: [{ api_key_id: 7, calls: [0, 120, 128] }],
    },
  },
  'keys.create': {
    input: {
      name: 'Reporting',
      kind: 'model',
      expires_at: API_KEY.expires_at,
      allowed_models: API_KEY.allowed_models,
      allowed_ips: API_KEY.allowed_ips,
      rpm_limit: 60,
      concurrency_limit: 4,
      budget: '50',
      budget_period: 'month',
    },
    output: { ...API_KEY, budget_spent: '0', last_used_at: null, api_key: 'sk-aigc-…' },
  },
  'keys.update': { input: { id: 7, status: 'disabled' }, output: { ...API_KEY, status: 'disabled' } },
  'keys.rotate': {
    input: { id: 7, grace_seconds: 86_400 },
    output: { ...API_KEY, previous_valid_until: '2026-11-22T10:30:00.000Z', api_key: 'sk-aigc-…' },
  },
  'keys.delete': { input: { id: 7 }, output: OK },
  'ownKeys.list': { output: { items: [OWN_KEY] } },
  'ownKeys.save': { input: { provider_id: 2, api_key: 'your key at the provider' }, output: OWN_KEY },
  'ownKeys.delete': { input: { provider_id: 2 }, output: OK },
  'models.list': { output: { items: [PLAZA_MODEL] } },
  'models.get': { input: { id: 3 }, output: PLAZA_MODEL },
  'models.probe': {
    input: { id: 3, probes: ['stream', 'tools'] },
    output: { type: 'result', conformance: CONFORMANCE },
  },
  'localModels.list': { output: { items: [LOCAL_MODEL] } },
  'localModels.create': {
    input: {
      name: 'my-llama',
      base_url: 'http://localhost:8080/v1',
      upstream_model: 'llama-3.1-8b-instruct',
    },
    output: { ...LOCAL_MODEL, last_test: null },
  },
  'localModels.update': {
    input: { id: 12, name: 'my-llama-2' },
    output: { ...LOCAL_MODEL, name: 'my-llama-2' },
  },
  'localModels.delete': { input: { id: 12 }, output: OK },
  'localModels.test': {
    input: { base_url: 'http://localhost:8080/v1', upstream_model: 'llama-3.1-8b-instruct' },
    output: TEST_RESULT,
  },
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
  'adminProviders.presets': {
    output: {
      items: [
        {
          id: 'deepseek',
          name: 'DeepSeek',
          dialect: 'openai-compatible',
          base_url: 'https://api.deepseek.com/v1',
          key_variable: 'DEEPSEEK_API_KEY',
          console_url: 'https://platform.deepseek.com/api_keys',
          requires_key: true,
          models: [
            {
              title: 'deepseek-chat',
              type: 'language',
              capabilities: ['chat', 'tools'],
              context_length: 131_072,
            },
          ],
        },
      ],
    },
  },
  'adminProviders.dialects': {
    output: {
      items: [
        {
          id: 'vertex',
          label: 'Google Vertex AI',
          form: {
            address: { default: 'https://aiplatform.googleapis.com/v1' },
            secret: { label: { en: 'Service account (JSON)' }, isMultiline: true, required: true },
            settings: [{ kind: 'text', name: 'location', label: { en: 'Location' }, default: 'global' }],
          },
        },
      ],
    },
  },
  'adminProviders.list': { output: { items: [PROVIDER] } },
  'adminProviders.create': {
    input: {
      name: 'Alibaba Cloud Bailian',
      preset: 'alibaba',
      base_url: PROVIDER.base_url,
      api_key: 'the provider’s key',
      models: ['qwen-plus'],
    },
    output: { ...PROVIDER, model_count: 1 },
  },
  'adminProviders.update': {
    input: { id: 2, status: 'disabled' },
    output: { ...PROVIDER, status: 'disabled' },
  },
  'adminProviders.delete': { input: { id: 2 }, output: OK },
  'adminProviders.test': { input: { id: 2 }, output: TEST_RESULT },
  'adminPlugins.list': {
    output: {
      items: [
        {
          source: './plugins/acme',
          id: 'acme',
          label: 'Acme',
          version: '1.0.0',
          state: 'loaded',
          fault: null,
          call_faults: 0,
          last_call_fault: null,
        },
      ],
    },
  },
  'adminModels.list': {
    output: { items: [ADMIN_MODEL], active: { language_model_id: 3, vision_model_id: null } },
  },
  'adminModels.create': {
    input: {
      title: 'qwen-plus',
      provider_id: 2,
      type: 'language',
      capabilities: ['tools', 'json'],
      context_length: 131_072,
      input_price: '0.8',
      output_price: '2',
      is_api_enabled: true,
    },
    output: { ...ADMIN_MODEL, is_active: false, last_test: null },
  },
  'adminModels.update': {
    input: { id: 3, input_price: '0.4' },
    output: { ...ADMIN_MODEL, input_price: '0.4' },
  },
  'adminModels.delete': { input: { id: 3 }, output: OK },
  'adminModels.routing': { input: { id: 3 }, output: MODEL_ROUTING },
  'adminModels.setRouting': {
    input: {
      id: 3,
      version: 3,
      strategy: 'priority',
      upstreams: [
        { provider_id: 2, upstream_model: 'qwen-plus', priority: 0, weight: 1, is_enabled: true },
        { provider_id: 5, upstream_model: 'qwen/qwen-plus', priority: 1, weight: 1, is_enabled: true },
      ],
      aliases: ['qwen'],
      fallback_ids: [4],
    },
    output: MODEL_ROUTING,
  },
  'adminModels.checkUpstreams': { input: { id: 3, is_paid: false }, output: MODEL_ROUTING },
  'adminModels.setActive': { input: { role: 'language', model_id: 3 }, output: OK },
  'adminModels.test': {
    input: { id: 3, message: 'Introduce yourself in one sentence.' },
    output: {
      type: 'result',
      ok: true,
      latency_ms: 1_203,
      ttft_ms: 310,
      input_tokens: 14,
      output_tokens: 22,
      reason: null,
      message: null,
    },
  },
  'adminCatalogue.export': { output: { text: CATALOGUE } },
  'adminCatalogue.plan': {
    input: { text: CATALOGUE, replace: true },
    output: {
      faults: [],
      changes: [
        { action: 'same', kind: 'provider', name: 'Alibaba Cloud Bailian', fields: [], reason: null },
        {
          action: 'change',
          kind: 'model',
          name: 'qwen-plus',
          fields: [{ field: 'prices.input', from: '0.8', to: '0.4' }],
          reason: null,
        },
      ],
    },
  },
  'adminCatalogue.import': {
    input: { text: 'models:\n  - title: qwen-plus\n    provider: Alibaba\n' },
    output: {
      faults: [
        {
          line: 3,
          column: 15,
          message: 'There is no provider named "Alibaba".',
          path: 'models[0].provider',
          reason: { code: 'no_provider_named', params: { name: 'Alibaba' } },
        },
      ],
      changes: [],
    },
  },
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

/** Puts the examples beside the parameters, bodies and answers that they are of. */
export function addExamples(document: OpenApiDocument): void {
  for (const [procedure, example] of Object.entries(EXAMPLES)) {
    const route = REST_ROUTES[procedure as ProcedurePath];
    const operation = route && document.paths[route.path]?.[route.method.toLowerCase()];
    if (operation === undefined) continue;
    const { input = {}, output } = example;
    const names = new Set(operation.parameters?.map((parameter) => parameter.name));
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === 'path' && parameter.name in input) parameter.example = input[parameter.name];
    }
    const body = operation.requestBody?.content['application/json'];
    if (body) body.example = Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)));
    const answer = operation.responses['200']?.content?.['application/json'];
    if (answer) answer.example = output;
  }
}
