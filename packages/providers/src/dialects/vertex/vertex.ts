import { AppError } from '@aigc/shared/errors';
import type { ProviderDefinition } from '../../definition.ts';
import { objectOf } from '../../json-values.ts';
import { readOpenAiUsage } from '../../openai-compatible.ts';
import { toChatAnswer } from '../anthropic/chat-answer.ts';
import { readAnthropicError } from '../anthropic/errors.ts';
import { MessageStreamMapper } from '../anthropic/message-stream.ts';
import { readAnthropicUsage } from '../anthropic/usage.ts';
import { toChatCompletion } from '../gemini/answer.ts';
import { toGenerateContent } from '../gemini/chat-request.ts';
import { classifyGoogleError, readGoogleError } from '../gemini/errors.ts';
import { GeminiChunkMapper } from '../gemini/stream.ts';
import { serviceAccountToken } from './access-token.ts';
import { isClaude, publisherModel, vertexAddress, VERTEX_HEADERS } from './address.ts';
import { claudeChatRequest, claudeMessagesRequest } from './claude.ts';
import { vertexEmbeddings } from './embeddings.ts';
import { vertexForm } from './form.ts';
import { readServiceAccount } from './service-account.ts';

/** Google Cloud's Vertex AI: Gemini's and Claude's models, for a service account. */
export const vertex: ProviderDefinition = {
  id: 'vertex',
  label: 'Google Vertex AI',
  serves: (endpoint, target) =>
    (endpoint === 'messages' || endpoint === 'messages/count_tokens') && isClaude(target),
  chat: {
    request(chat, context) {
      const { target, isStream } = context;
      if (isClaude(target)) return claudeChatRequest(chat, context);
      const model = publisherModel(target.model);
      const { body, parameters } = toGenerateContent(chat, { model: model.id, sendsCallIds: false });
      const url = vertexAddress(target, model, isStream ? 'streamGenerateContent' : 'generateContent');
      if (isStream) url.searchParams.set('alt', 'sse');
      return { url: url.href, headers: VERTEX_HEADERS, body, parameters };
    },
    answer: (answer, context) =>
      isClaude(context.target) ? toChatAnswer(answer, context) : toChatCompletion(answer, context),
    openStream: (context) =>
      isClaude(context.target) ? new MessageStreamMapper(context) : new GeminiChunkMapper(context),
  },
  embeddings: vertexEmbeddings,
  usageInStreamOnRequest: false,
  outputLimitField: (target) => (isClaude(target) ? 'max_tokens' : 'max_completion_tokens'),
  buildRequest(target, endpoint, request) {
    if (isClaude(target)) return claudeMessagesRequest(target, endpoint, request);
    throw new AppError(
      'invalid_field',
      'This model takes the request only through its chat or embeddings mapping.',
    );
  },
  readUsage: (answer) => readOpenAiUsage(answer) ?? readAnthropicUsage(answer),
  // Errors of Claude's own come in Anthropic's form, those of the platform in Google's.
  readError: (answer) =>
    objectOf(answer).type === 'error' ? readAnthropicError(answer) : readGoogleError(answer),
  classify: classifyGoogleError,
  accessToken: serviceAccountToken,
  readSecret(text) {
    const { privateKeyId } = readServiceAccount(text);
    return { secret: JSON.stringify(JSON.parse(text)), hint: privateKeyId?.slice(-4) ?? null };
  },
  form: vertexForm,
};
