import type { EndpointMapping } from '../../definition.ts';
import { countOf, isObject, objectOf, objectsOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { embeddingList, embeddingParameters, textsOf } from '../gemini/embeddings.ts';
import { publisherModel, vertexAddress, VERTEX_HEADERS } from './address.ts';

/** From its second generation on, Gemini's embedding model is not called by `:predict` any more. */
function isEmbeddedByContent(id: string): boolean {
  return /^gemini-embedding-(?!001)/.test(id);
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
export const vertexEmbeddings: EndpointMapping = {
  request(request, { target }) {
    const model = publisherModel(target.model);
    const { dimensions, parameters } = embeddingParameters(request);
    const texts = textsOf(request);
    const byContent = isEmbeddedByContent(model.id);
    const body = byContent
      ? contentBody(texts, dimensions)
      : {
          instances: texts.map((content) => ({ content })),
          ...(dimensions === undefined ? {} : { parameters: { outputDimensionality: dimensions } }),
        };
    const url = vertexAddress(target, model, byContent ? 'embedContent' : 'predict');
    return { url: url.href, headers: VERTEX_HEADERS, body, parameters: parameters.report() };
  },
  answer(answer, { target }) {
    if (isObject(answer.embedding)) {
      const { usageMetadata } = answer;
      const promptTokens = isObject(usageMetadata) ? countOf(usageMetadata.promptTokenCount) : null;
      return embeddingList([answer.embedding.values], { target, promptTokens });
    }
    const found = objectsOf(answer.predictions).map(({ embeddings }) => objectOf(embeddings));
    const counts = found.map(({ statistics }) => countOf(objectOf(statistics).token_count));
    const promptTokens = counts.reduce((sum, count) => sum + count, 0);
    return embeddingList(
      found.map(({ values }) => values),
      { target, promptTokens: promptTokens === 0 ? null : promptTokens },
    );
  },
};

/** `:embedContent` takes one text. */
function contentBody(texts: readonly string[], dimensions: unknown) {
  if (texts.length > 1) {
    throw new RequestMappingError(
      'input',
      'This model embeds one text with each request; send them one by one.',
    );
  }
  return {
    content: { parts: texts.map((text) => ({ text })) },
    ...(dimensions === undefined ? {} : { embedContentConfig: { outputDimensionality: dimensions } }),
  };
}
