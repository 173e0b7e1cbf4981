import type { Endpoint, JsonObject, ProviderDefinition, UpstreamTarget } from '../../definition.ts';
import { objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { readOpenAiUsage } from '../../openai-compatible.ts';
import { apiVersionOf, azureAddress, azureHeaders } from './address.ts';
import { AzureChunkMapper } from './chunks.ts';
import { classifyAzureError, readAzureError } from './errors.ts';
import { azureForm } from './form.ts';

const SERVED: ReadonlySet<Endpoint> = new Set<Endpoint>([
  'completions',
  'embeddings',
  'images/generations',
  'images/edits',
  'audio/speech',
  'audio/transcriptions',
  'audio/translations',
]);

/** The first dated version that reports usage in streams and knows the newer name of the limit. */
const NEWER_SINCE = '2024-09-01-preview';

function isNewer(target: UpstreamTarget): boolean {
  const version = apiVersionOf(target);
  return version === null || version >= NEWER_SINCE;
}

/** The request with what this version of the API has for it. */
function chatBody(
  { model: _ours, ...chat }: JsonObject,
  target: UpstreamTarget,
  isStream: boolean,
): JsonObject {
  const body = { ...chat };
  // The v1 surface takes the deployment as the model; dated versions have it in the address.
  if (apiVersionOf(target) === null) body.model = target.model;
  delete body.stream_options;
  if (isNewer(target)) {
    if (isStream) body.stream_options = { ...objectOf(chat.stream_options), include_usage: true };
    return body;
  }
  const { max_completion_tokens: limit, ...older } = body;
  return limit === undefined ? body : { ...older, max_tokens: limit };
}

/** What OpenAI's clients expect of every choice, and what some versions leave out. */
function completeChoice(choice: JsonObject): JsonObject {
  const message = objectOf(choice.message);
  return {
    ...choice,
    message: { ...message, content: message.content ?? null, refusal: message.refusal ?? null },
    logprobs: choice.logprobs ?? null,
  };
}

/** OpenAI's models on Azure: https://learn.microsoft.com/azure/ai-foundry/openai/reference */
export const azure: ProviderDefinition = {
  id: 'azure',
  label: 'Azure OpenAI',
  serves: (endpoint, target) =>
    SERVED.has(endpoint) || (endpoint === 'responses' && apiVersionOf(target) === null),
  // Not passed as it is: its streams hold chunks that OpenAI's clients stumble over.
  chat: {
    request: (chat, { target, isStream }) => ({
      url: azureAddress(target, 'chat/completions'),
      headers: azureHeaders(target),
      body: chatBody(chat, target, isStream),
      parameters: { mapped: [], dropped: [] },
    }),
    answer(answer) {
      const choices = objectsOf(answer.choices);
      if (choices.length === 0) throw new UpstreamAnswerError('The upstream answered without a choice.');
      return { ...answer, choices: choices.map(completeChoice) };
    },
    openStream: () => new AzureChunkMapper(),
  },
  modelList: {
    request: (target) => ({ url: azureAddress(target, 'models'), headers: azureHeaders(target) }),
    read: ({ data }) => objectsOf(data).flatMap(({ id }) => stringOf(id) ?? []),
  },
  usageInStreamOnRequest: false,
  outputLimitField: () => 'max_completion_tokens',
  buildRequest: (target, endpoint, request) => ({
    url: azureAddress(target, endpoint),
    headers: azureHeaders(target),
    body: request.with({ model: target.model }),
  }),
  readUsage: readOpenAiUsage,
  readError: readAzureError,
  classify: classifyAzureError,
  form: azureForm,
};
