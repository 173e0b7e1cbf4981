import type { JsonObject, ParameterReport } from '../../definition.ts';
import { isObject, objectOf } from '../../json-values.ts';
import { ParameterReader } from '../../parameter-reader.ts';
import { toContents } from './contents.ts';
import { generationConfig } from './generation-config.ts';
import { isThirdGeneration } from './model-family.ts';
import { mapTools } from './tools.ts';

export interface GenerateContentOptions {
  model: string;
  /** Whether the address takes ids in function calls; Vertex AI's first version does not. */
  sendsCallIds: boolean;
}

/** Parameters of OpenAI's that say nothing to Gemini where they have these values. */
const WITHOUT_EFFECT: Readonly<Record<string, (value: unknown) => boolean>> = {
  store: (value) => value === false,
  metadata: (value) => isObject(value) && Object.keys(value).length === 0,
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  service_tier: (value) => value === 'auto' || value === 'default',
};

/**
 * A chat request as the body of `generateContent`, for both of Google's addresses:
 * https://ai.google.dev/api/generate-content. @throws RequestMappingError
 */
export function toGenerateContent(
  chat: JsonObject,
  { model, sendsCallIds }: GenerateContentOptions,
): { body: JsonObject; parameters: ParameterReport } {
  const parameters = new ParameterReader(chat);
  const checksSignatures = isThirdGeneration(model);
  const { contents, systemInstruction } = toContents(chat.messages, {
    sendsCallIds,
    checksSignatures,
    parameters,
  });
  const config = generationConfig(model, parameters);
  const tools = mapTools(parameters);
  for (const [name, isWithoutEffect] of Object.entries(WITHOUT_EFFECT)) {
    parameters.ignoreIf(name, isWithoutEffect);
  }
  const cachedContent = objectOf(objectOf(chat.extra_body).google).cached_content;
  const body: JsonObject = { contents };
  if (systemInstruction !== undefined) body.systemInstruction = systemInstruction;
  Object.assign(body, tools);
  if (Object.keys(config).length > 0) body.generationConfig = config;
  if (typeof cachedContent === 'string') body.cachedContent = cachedContent;
  return { body, parameters: parameters.report() };
}
