import { AppError } from '@aigc/shared/errors';
import { resolveEndpoint, type UpstreamEndpoint } from '@aigc/shared/resolve-endpoint';
import type { ProviderDefinition, UpstreamRequest, UpstreamTarget } from '../../definition.ts';
import { objectsOf } from '../../json-values.ts';
import { toChatAnswer } from './chat-answer.ts';
import { classifyAnthropicError, readAnthropicError } from './errors.ts';
import { MessageStreamMapper } from './message-stream.ts';
import { toMessagesBody } from './messages-body.ts';
import { readAnthropicUsage } from './usage.ts';

/** https://platform.claude.com/docs/en/api/versioning */
const VERSION = '2023-06-01';

type Address = Pick<UpstreamRequest, 'url' | 'headers'>;

/** Addresses of targets that are in use; a changed target is another object. */
const addresses = new WeakMap<UpstreamTarget, Map<UpstreamEndpoint, Address>>();

function addressOf(target: UpstreamTarget, endpoint: UpstreamEndpoint): Address {
  let known = addresses.get(target);
  if (known === undefined) addresses.set(target, (known = new Map()));
  let address = known.get(endpoint);
  if (address === undefined) known.set(endpoint, (address = makeAddress(target, endpoint)));
  return address;
}

function makeAddress(target: UpstreamTarget, endpoint: UpstreamEndpoint): Address {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'anthropic-version': VERSION,
  };
  if (target.apiKey !== null) headers['x-api-key'] = target.apiKey;
  const resolved = resolveEndpoint(withVersion(target.baseUrl), endpoint);
  // Saved addresses were checked; one that fails here was changed in the database by hand.
  if (!resolved.ok)
    throw new AppError('upstream_unreachable', 'The address of this model is not a valid URL.');
  return { url: resolved.url, headers };
}

/** Anthropic's clients, and vendors who offer its API, write addresses without the version that all paths begin with. */
function withVersion(baseUrl: string): string {
  const url = URL.parse(baseUrl.trim());
  if (url === null) return baseUrl;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/messages$/, '');
  url.pathname = /\/v\d+[a-z0-9]*$/.test(path) ? path : `${path}/v1`;
  return url.href;
}

/** Anthropic's Messages API, and what other vendors offer in its form. */
export const anthropic: ProviderDefinition = {
  id: 'anthropic',
  label: 'Anthropic',
  serves: (endpoint) => endpoint === 'messages' || endpoint === 'messages/count_tokens',
  chat: {
    request(request, context) {
      const { body, parameters } = toMessagesBody(request, context);
      return { ...addressOf(context.target, 'messages'), body, parameters };
    },
    answer: toChatAnswer,
    openStream: (context) => new MessageStreamMapper(context),
  },
  modelList: {
    request: (target) => addressOf(target, 'models'),
    read: ({ data }) => objectsOf(data).flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
  },
  // Streams always report it.
  usageInStreamOnRequest: false,
  outputLimitField: () => 'max_tokens',
  buildRequest(target, endpoint, request) {
    return { ...addressOf(target, endpoint), body: request.with({ model: target.model }) };
  },
  readUsage: readAnthropicUsage,
  readError: readAnthropicError,
  classify: classifyAnthropicError,
  form: {
    address: {
      default: 'https://api.anthropic.com/v1',
      placeholder: 'https://api.vendor.example/anthropic',
      help: {
        en: 'Of Anthropic, or of another vendor who offers its Messages API.',
        'zh-CN': 'Anthropic 或提供相同 Messages API 的其他供应商的地址。',
      },
    },
  },
};
