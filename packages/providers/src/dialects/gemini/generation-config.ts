import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import { thinkingConfig } from './thinking.ts';

/** Parameters that Gemini has under another name and takes as they are. */
const RENAMED: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  n: 'candidateCount',
  seed: 'seed',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
};

/** How an answer is to be made. @throws RequestMappingError */
export function generationConfig(model: string, parameters: ParameterReader): JsonObject {
  const config: JsonObject = {};
  parameters.ignoreIf('n', (value) => value === 1);
  for (const [theirs, native] of Object.entries(RENAMED)) {
    const value = parameters.take(theirs);
    if (value !== undefined) config[native] = value;
  }
  const limit = parameters.take('max_completion_tokens') ?? parameters.take('max_tokens');
  if (limit !== undefined) config.maxOutputTokens = limit;
  const stop = parameters.take('stop');
  if (stop !== undefined) config.stopSequences = Array.isArray(stop) ? stop : [stop];
  const thinking = thinkingConfig(model, parameters);
  if (thinking !== undefined) config.thinkingConfig = thinking;
  return { ...config, ...logprobs(parameters), ...modalities(parameters), ...responseForm(parameters) };
}

function logprobs(parameters: ParameterReader): JsonObject {
  parameters.ignoreIf('logprobs', (value) => value === false);
  const top = parameters.take('top_logprobs');
  if (parameters.take('logprobs') !== true) return {};
  return { responseLogprobs: true, ...(typeof top === 'number' && top > 0 ? { logprobs: top } : {}) };
}

function modalities(parameters: ParameterReader): JsonObject {
  parameters.ignoreIf('modalities', (value) => Array.isArray(value) && value.every((one) => one === 'text'));
  const wanted = parameters.take('modalities');
  if (!Array.isArray(wanted) || wanted.every((one) => one === 'text')) return {};
  if (wanted.some((one) => one !== 'text' && one !== 'image')) {
    throw new RequestMappingError('modalities', 'This model can be asked for text and images only.');
  }
  return { responseModalities: wanted.map((one) => String(one).toUpperCase()) };
}

function responseForm(parameters: ParameterReader): JsonObject {
  parameters.ignoreIf('response_format', (value) => objectOf(value).type === 'text');
  const format = parameters.take('response_format');
  if (format === undefined) return {};
  const { type, json_schema: named } = objectOf(format);
  switch (type) {
    case 'text':
      return {};
    case 'json_object':
      return { responseMimeType: 'application/json' };
    case 'json_schema': {
      const { schema } = objectOf(named);
      if (!isObject(schema)) {
        throw new RequestMappingError(
          'response_format.json_schema.schema',
          'json_schema must hold a schema.',
        );
      }
      return { responseMimeType: 'application/json', responseJsonSchema: schema };
    }
    default:
      throw new RequestMappingError(
        'response_format.type',
        'The type must be text, json_object or json_schema.',
      );
  }
}
