import type { ProviderForm } from '@aigc/shared/provider-form';
import { VERTEX_ADDRESS } from './address.ts';

export const vertexForm: ProviderForm = {
  address: {
    default: VERTEX_ADDRESS,
    help: {
      en: 'Leave as it is: calls go to the host of the location. Another address is called as it is entered.',
      'zh-CN': '保持不变即可：调用会发往所选区域的主机。如填写其他地址，则按原样调用。',
    },
  },
  secret: {
    label: { en: 'Service account (JSON)', 'zh-CN': '服务账号（JSON）' },
    help: {
      en: 'Paste the whole JSON file of a service account that may use Vertex AI (role Vertex AI User).',
      'zh-CN': '粘贴服务账号密钥的完整 JSON 文件，该账号需有 Vertex AI User 角色。',
    },
    isMultiline: true,
    required: true,
  },
  settings: [
    {
      kind: 'text',
      name: 'location',
      label: { en: 'Location', 'zh-CN': '区域' },
      help: {
        en: 'Where the models run, such as global, us, eu or europe-west4.',
        'zh-CN': '模型运行的区域，例如 global、us、eu 或 europe-west4。',
      },
      default: 'global',
      required: true,
      maxLength: 50,
      pattern: {
        source: '[a-z][a-z0-9-]*',
        message: {
          en: 'A location is written in lower case, such as europe-west4.',
          'zh-CN': '区域仅包含小写字母、数字和连字符，例如 europe-west4。',
        },
      },
      suggestions: [
        'global',
        'us',
        'eu',
        'us-central1',
        'us-east5',
        'europe-west1',
        'europe-west4',
        'asia-southeast1',
      ],
    },
    {
      kind: 'text',
      name: 'project',
      label: { en: 'Project', 'zh-CN': '项目' },
      help: {
        en: 'Leave empty to use the project of the service account.',
        'zh-CN': '留空则使用服务账号所属的项目。',
      },
      maxLength: 100,
      pattern: {
        source: '[a-z0-9][a-z0-9.:-]*',
        message: {
          en: 'Enter the id of the project, such as my-project-123.',
          'zh-CN': '请填写项目 ID，例如 my-project-123。',
        },
      },
    },
  ],
};
