import type { ProviderPreset } from '@aigc/shared/schemas/providers';

type PresetModel = ProviderPreset['models'][number];

const language = (title: string, contextLength: number | null = null): PresetModel => ({
  title,
  type: 'language',
  capabilities: ['chat', 'tools', 'json'],
  context_length: contextLength,
});

const vision = (title: string, contextLength: number | null = null): PresetModel => ({
  title,
  type: 'vision',
  capabilities: ['chat', 'vision'],
  context_length: contextLength,
});

const embedding = (title: string): PresetModel => ({
  title,
  type: 'embedding',
  capabilities: ['embedding'],
  context_length: null,
});

type PresetEntry = Omit<ProviderPreset, 'dialect'> & { dialect?: string };

const PRESETS: readonly PresetEntry[] = [
  {
    id: 'alibaba',
    name: 'Alibaba Cloud Bailian',
    base_url: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    key_variable: 'DASHSCOPE_API_KEY',
    console_url: 'https://bailian.console.aliyun.com/?tab=model#/api-key',
    requires_key: true,
    models: [
      language('qwen-turbo', 131_072),
      language('qwen-plus', 131_072),
      language('qwen-max', 32_768),
      vision('qwen-vl-plus', 131_072),
      embedding('text-embedding-v4'),
    ],
  },
  {
    id: 'baidu',
    name: 'Baidu Qianfan',
    base_url: 'https://qianfan.baidubce.com/v2',
    key_variable: 'QIANFAN_API_KEY',
    console_url: 'https://console.bce.baidu.com/iam/#/iam/apikey/list',
    requires_key: true,
    models: [
      language('ernie-4.5-turbo-128k', 131_072),
      language('ernie-speed-128k', 131_072),
      vision('ernie-4.5-turbo-vl-32k', 32_768),
    ],
  },
  {
    id: 'tencent',
    name: 'Tencent Hunyuan',
    base_url: 'https://api.hunyuan.cloud.tencent.com/v1',
    key_variable: 'HUNYUAN_API_KEY',
    console_url: 'https://console.cloud.tencent.com/hunyuan/api-key',
    requires_key: true,
    models: [
      language('hunyuan-pro', 32_768),
      language('hunyuan-lite'),
      vision('hunyuan-vision', 8192),
      embedding('hunyuan-embedding'),
    ],
  },
  {
    id: 'bytedance',
    name: 'ByteDance Volcano Ark',
    base_url: 'https://ark.cn-beijing.volces.com/api/v3',
    key_variable: 'VOLCANO_API_KEY',
    console_url: 'https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey',
    requires_key: true,
    models: [
      language('doubao-1-5-pro-32k-250115', 32_768),
      language('doubao-1-5-lite-32k-250115', 32_768),
      vision('doubao-1-5-vision-pro-32k-250115', 32_768),
    ],
  },
  {
    id: 'zhipu',
    name: 'ZhipuAI',
    base_url: 'https://open.bigmodel.cn/api/paas/v4',
    key_variable: 'ZHIPU_API_KEY',
    console_url: 'https://open.bigmodel.cn/usercenter/apikeys',
    requires_key: true,
    models: [
      language('glm-4', 131_072),
      language('glm-4-air', 131_072),
      language('glm-4-flash', 131_072),
      vision('glm-4v', 8192),
      embedding('embedding-3'),
    ],
  },
  {
    id: 'moonshot',
    name: 'Moonshot',
    base_url: 'https://api.moonshot.cn/v1',
    key_variable: 'MOONSHOT_API_KEY',
    console_url: 'https://platform.moonshot.cn/console/api-keys',
    requires_key: true,
    models: [
      language('moonshot-v1-8k', 8192),
      language('moonshot-v1-32k', 32_768),
      language('moonshot-v1-128k', 131_072),
    ],
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    base_url: 'https://api.deepseek.com/v1',
    key_variable: 'DEEPSEEK_API_KEY',
    console_url: 'https://platform.deepseek.com/api_keys',
    requires_key: true,
    models: [
      language('deepseek-chat', 131_072),
      { ...language('deepseek-reasoner', 131_072), capabilities: ['chat', 'reasoning'] },
    ],
  },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    base_url: 'https://api.siliconflow.cn/v1',
    key_variable: 'SILICONFLOW_API_KEY',
    console_url: 'https://cloud.siliconflow.cn/account/ak',
    requires_key: true,
    models: [
      language('deepseek-ai/DeepSeek-V3', 65_536),
      vision('deepseek-ai/deepseek-vl2', 4096),
      embedding('BAAI/bge-m3'),
    ],
  },
  {
    id: 'ollama',
    name: 'Ollama',
    base_url: 'http://localhost:11434/v1',
    key_variable: 'OLLAMA_API_KEY',
    console_url: 'https://ollama.com/library',
    requires_key: false,
    models: [language('llama3', 8192), vision('llava', 4096)],
  },
  {
    id: 'openai',
    name: 'OpenAI',
    base_url: 'https://api.openai.com/v1',
    key_variable: 'OPENAI_API_KEY',
    console_url: 'https://platform.openai.com/api-keys',
    requires_key: true,
    models: [vision('gpt-4o', 128_000), vision('gpt-4o-mini', 128_000), embedding('text-embedding-3-small')],
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    dialect: 'anthropic',
    base_url: 'https://api.anthropic.com/v1',
    key_variable: 'ANTHROPIC_API_KEY',
    console_url: 'https://console.anthropic.com/settings/keys',
    requires_key: true,
    models: [
      vision('claude-opus-4-1', 200_000),
      vision('claude-sonnet-4-5', 200_000),
      vision('claude-haiku-4-5', 200_000),
    ],
  },
  {
    id: 'google',
    name: 'Google',
    // Installations that were connected before keep the compatible address that they were connected with.
    dialect: 'gemini',
    base_url: 'https://generativelanguage.googleapis.com/v1beta',
    key_variable: 'GOOGLE_API_KEY',
    console_url: 'https://aistudio.google.com/apikey',
    requires_key: true,
    models: [
      vision('gemini-2.5-pro', 1_048_576),
      vision('gemini-2.5-flash', 1_048_576),
      embedding('gemini-embedding-001'),
    ],
  },
  {
    id: 'xai',
    name: 'xAI',
    base_url: 'https://api.x.ai/v1',
    key_variable: 'XAI_API_KEY',
    console_url: 'https://console.x.ai',
    requires_key: true,
    models: [language('grok-4', 256_000), vision('grok-2-vision', 32_768)],
  },
];

/**
 * Providers an administrator can connect with a key alone. Most speak OpenAI's protocol at these addresses.
 * The models are suggestions: names change, and an administrator can add, rename or remove any.
 */
export const PROVIDER_PRESETS: readonly ProviderPreset[] = PRESETS.map((preset) => ({
  dialect: 'openai-compatible',
  ...preset,
}));

/** The built-in demo's models; all have the price zero. */
export const DEMO_MODELS: readonly PresetModel[] = [
  { title: 'demo-chat', type: 'language', capabilities: ['chat', 'vision'], context_length: 32_768 },
  { title: 'demo-vision', type: 'vision', capabilities: ['chat', 'vision'], context_length: 32_768 },
  { title: 'demo-embedding', type: 'embedding', capabilities: ['embedding'], context_length: 8192 },
];
