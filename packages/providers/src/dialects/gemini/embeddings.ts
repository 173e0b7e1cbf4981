import type { AnswerContext, EndpointMapping, JsonObject } from '../../definition.ts';
import { countOf, isObject, objectOf, objectsOf } from '../../json-values.ts';
import { RequestMappingError, UpstreamAnswerError } from '../../mapping-errors.ts';
import { ParameterReader } from '../../parameter-reader.ts';
import { geminiAddress, geminiHeaders, modelPath } from './address.ts';

/** The texts of an embeddings request. Token ids are OpenAI's own and mean nothing to others. @throws RequestMappingError */
export function textsOf(request: JsonObject): string[] {
  const { input } = request;
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (texts.length === 0 || texts.some((text) => typeof text !== 'string')) {
    throw new RequestMappingError(
      'input',
      'input must be a string or an array of strings; this upstream takes no token ids.',
    );
  }
  return texts.map(String);
}

/** An OpenAI-shaped list of vectors. Numbers always: the gateway encodes them if base64 was asked for. */
export function embeddingList(vectors: unknown[], { target, promptTokens }: ListOptions): JsonObject {
  const data = vectors.map((embedding, index) => {
    if (!Array.isArray(embedding)) throw new UpstreamAnswerError('The upstream answered without a vector.');
    return { object: 'embedding', index, embedding };
  });
  if (data.length === 0) throw new UpstreamAnswerError('The upstream answered without a vector.');
  return {
    object: 'list',
    data,
    model: target.model,
    ...(promptTokens === null ? {} : { usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } }),
  };
}

interface ListOptions extends Pick<AnswerContext, 'target'> {
  /** Null: the upstream did not count. */
  promptTokens: number | null;
}

/** What of an embeddings request Google has words for. */
export function embeddingParameters(request: JsonObject): {
  dimensions: unknown;
  parameters: ParameterReader;
} {
  const parameters = new ParameterReader(request);
  // The form of the numbers is the gateway's own matter.
  parameters.ignoreIf('encoding_format', () => true);
  return { dimensions: parameters.take('dimensions'), parameters };
}

/** https://ai.google.dev/api/embeddings */
export const geminiEmbeddings: EndpointMapping = {
  request(request, { target }) {
    const { dimensions, parameters } = embeddingParameters(request);
    const requests = textsOf(request).map((text) => ({
      model: modelPath(target.model),
      content: { parts: [{ text }] },
      ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
    }));
    return {
      url: geminiAddress(target, 'batchEmbedContents'),
      headers: geminiHeaders(target),
      body: { requests },
      parameters: parameters.report(),
    };
  },
  answer(answer, { target }) {
    const { usageMetadata } = answer;
    const promptTokens = isObject(usageMetadata) ? countOf(objectOf(usageMetadata).promptTokenCount) : null;
    const vectors = objectsOf(answer.embeddings).map(({ values }) => values);
    return embeddingList(vectors, { target, promptTokens });
  },
};
