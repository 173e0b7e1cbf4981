import type { ProviderForm } from '@aigc/shared/provider-form';

export const azureForm: ProviderForm = {
  address: {
    placeholder: 'https://my-resource.openai.azure.com',
    help: {
      en: 'The endpoint of your resource. Models are its deployments: their names are the model ids.',
      'zh-CN': '资源的终结点。模型即其部署：部署名称就是模型 ID。',
    },
  },
  secret: {
    label: { en: 'Key or Entra token', 'zh-CN': '密钥或 Entra 令牌' },
    help: {
      en: 'Paste key 1 or key 2 of the resource, or a token of Entra ID and choose that below.',
      'zh-CN': '粘贴资源的密钥 1 或密钥 2；或粘贴 Entra ID 令牌，并在下方选择。',
    },
    required: true,
  },
  settings: [
    {
      kind: 'text',
      name: 'api_version',
      label: { en: 'API version', 'zh-CN': 'API 版本' },
      help: {
        en: 'Leave empty for the v1 API. A date such as 2024-10-21 calls the older API of deployments.',
        'zh-CN': '留空则使用 v1 API；填写日期（如 2024-10-21）则使用旧的部署 API。',
      },
      placeholder: 'v1',
      maxLength: 30,
      pattern: {
        source: '\\d{4}-\\d{2}-\\d{2}(?:-preview)?',
        message: {
          en: 'An API version is a date such as 2024-10-21 or 2025-04-01-preview.',
          'zh-CN': 'API 版本是日期，例如 2024-10-21 或 2025-04-01-preview。',
        },
      },
    },
    {
      kind: 'choice',
      name: 'credential',
      label: { en: 'Credential', 'zh-CN': '凭据类型' },
      default: 'key',
      options: [
        { value: 'key', label: { en: 'Key of the resource (api-key)', 'zh-CN': '资源密钥（api-key）' } },
        { value: 'entra', label: { en: 'Entra ID token (Bearer)', 'zh-CN': 'Entra ID 令牌（Bearer）' } },
      ],
    },
  ],
};
