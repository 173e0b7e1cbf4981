import { AppError } from '@aigc/shared/errors';
import type { ProviderDefinition } from '../../definition.ts';
import { readOpenAiUsage } from '../../openai-compatible.ts';
import { objectsOf, stringOf } from '../../json-values.ts';
import { addressBelow, geminiAddress, geminiHeaders } from './address.ts';
import { toChatCompletion } from './answer.ts';
import { toGenerateContent } from './chat-request.ts';
import { geminiEmbeddings } from './embeddings.ts';
import { classifyGoogleError, readGoogleError } from './errors.ts';
import { GeminiChunkMapper } from './stream.ts';

/** Google's own API for Gemini: https://ai.google.dev/api */
export const gemini: ProviderDefinition = {
  id: 'gemini',
  label: 'Google Gemini',
  serves: () => false,
  chat: {
    request(chat, { target, isStream }) {
      const { body, parameters } = toGenerateContent(chat, { model: target.model, sendsCallIds: true });
      // Without `alt=sse` a stream is one JSON array.
      const method = isStream ? 'streamGenerateContent' : 'generateContent';
      const url = new URL(geminiAddress(target, method));
      if (isStream) url.searchParams.set('alt', 'sse');
      return { url: url.href, headers: geminiHeaders(target), body, parameters };
    },
    answer: toChatCompletion,
    openStream: (context) => new GeminiChunkMapper(context),
  },
  embeddings: geminiEmbeddings,
  modelList: {
    request: (target) => {
      const url = addressBelow(target.baseUrl, 'models');
      url.searchParams.set('pageSize', '1000');
      return { url: url.href, headers: geminiHeaders(target) };
    },
    read: ({ models }) =>
      objectsOf(models)
        .map(({ name }) => stringOf(name)?.replace(/^models\//, ''))
        .filter((name) => name !== undefined),
  },
  // Every event of a stream counts the tokens so far.
  usageInStreamOnRequest: false,
  outputLimitField: () => 'max_completion_tokens',
  buildRequest() {
    throw new AppError(
      'invalid_field',
      'Gemini takes this request only through its chat or embeddings mapping.',
    );
  },
  readUsage: readOpenAiUsage,
  readError: readGoogleError,
  classify: classifyGoogleError,
  form: {
    address: { default: 'https://generativelanguage.googleapis.com/v1beta' },
    secret: {
      label: { en: 'API key', 'zh-CN': 'API 密钥' },
      help: {
        en: 'Paste a Gemini API key from Google AI Studio.',
        'zh-CN': '粘贴在 Google AI Studio 创建的 Gemini API 密钥。',
      },
    },
  },
};
