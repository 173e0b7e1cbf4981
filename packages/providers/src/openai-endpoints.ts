import type { ProviderForm } from '@aigc/shared/provider-form';
import type { Endpoint, UpstreamTarget } from './definition.ts';

/** What servers that speak OpenAI's protocol have in common. One that lacks an endpoint answers 404 by itself. */
const SERVED: ReadonlySet<Endpoint> = new Set<Endpoint>([
  'chat/completions',
  'completions',
  'embeddings',
  'images/generations',
  'images/edits',
  'audio/speech',
  'audio/transcriptions',
  'audio/translations',
  'rerank',
  'moderations',
]);

/** Vendors that serve responses themselves. Elsewhere they are carried over chat, unless a provider is set to pass them. */
const WITH_RESPONSES: ReadonlySet<string> = new Set(['api.openai.com', 'api.x.ai']);

/** Vendors whose API has no legacy completions: there they are carried over chat. */
const WITHOUT_COMPLETIONS: ReadonlySet<string> = new Set([
  'open.bigmodel.cn',
  'api.moonshot.cn',
  'api.deepseek.com',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'api.hunyuan.cloud.tencent.com',
  'ark.cn-beijing.volces.com',
]);

/** The setting by which a server is known to serve responses itself. */
const RESPONSES = 'responses';

/** Whether a server at this address takes requests of the endpoint as they are. */
export function servesLikeOpenAi(endpoint: Endpoint, { baseUrl, settings }: UpstreamTarget): boolean {
  if (endpoint === 'responses') return settings?.[RESPONSES] === true || WITH_RESPONSES.has(hostOf(baseUrl));
  if (endpoint === 'completions' && WITHOUT_COMPLETIONS.has(hostOf(baseUrl))) return false;
  return SERVED.has(endpoint);
}

function hostOf(baseUrl: string): string {
  return URL.parse(baseUrl)?.hostname ?? '';
}

/** What can be set of a provider that speaks OpenAI's protocol. */
export const OPENAI_FORM: ProviderForm = {
  settings: [
    {
      name: RESPONSES,
      kind: 'switch',
      label: { en: 'Serves /responses itself', 'zh-CN': '本身提供 /responses' },
      help: {
        en: 'Requests for responses then pass as they are. Off: they are carried over chat completions. OpenAI and xAI need no setting.',
        'zh-CN': '开启后，/responses 请求原样转发；关闭时通过对话补全转换。OpenAI 和 xAI 无需设置。',
      },
    },
  ],
};
