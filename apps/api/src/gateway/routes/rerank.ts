import { AppError } from '@aigc/shared/errors';
import { invalidField, modelOf } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

function bytesOf(query: unknown): number {
  return Buffer.byteLength(typeof query === 'string' ? query : JSON.stringify(query));
}

/** Reads what the gateway must know of a request to rank documents. @throws AppError */
export function parseRerankRequest(body: ScannedBody): ParsedRequest {
  const query = body.kindOf('query');
  if (query === undefined) throw new AppError('missing_field', 'query is required.', { param: 'query' });
  // Rankers of images take an object.
  if (query !== 'string' && query !== 'object') throw invalidField('query', 'must be a string');
  const documents = body.kindOf('documents');
  if (documents === undefined) {
    throw new AppError('missing_field', 'documents is required.', { param: 'documents' });
  }
  if (documents !== 'array' || body.itemsOf('documents') === 0) {
    throw invalidField('documents', 'must be a non-empty array of texts or objects');
  }
  // Rankers read the query again with each document.
  const repeats = body.itemsOf('documents') - 1;
  return { ...scoreRequest('rerank', body), extraPromptTokens: repeats * bytesOf(body.read('query')) };
}

/** A request whose answer is a list of scores: nothing is written. */
export function scoreRequest(endpoint: 'rerank' | 'moderations', body: ScannedBody): ParsedRequest {
  return {
    endpoint,
    body,
    model: modelOf(body),
    isStream: false,
    streamOptions: null,
    wantsUsage: false,
    hasImage: false,
    outputLimit: 0,
    completions: 1,
    forwardedHeaders: null,
  };
}

/** Ranks documents, in the form of https://docs.cohere.com/reference/rerank and https://jina.ai/reranker/ */
export const rerank: EndpointRoute = {
  method: 'POST',
  path: 'rerank',
  handle: (context) => handleJsonCall(context, { parse: parseRerankRequest, shape: null }),
};
