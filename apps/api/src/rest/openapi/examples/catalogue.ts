import type { Examples } from './example.ts';
import { TIME, OK, LAST_TEST, EXTRA_PRICES, TEST_RESULT } from './samples.ts';

const CATALOGUE = `providers:
  - name: Alibaba Cloud Bailian
    preset: alibaba
models:
  - title: qwen-plus
    provider: Alibaba Cloud Bailian
    prices: { input: "0.4", output: "2" }
`;
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

/** Administration of providers, plug-ins and models. */
export const CATALOGUE_EXAMPLES: Examples = {
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
};
