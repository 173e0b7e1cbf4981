import type { Endpoint } from './endpoint.ts';
import type { ModelType } from './schemas/models.ts';

type Endpoints = readonly [Endpoint, ...Endpoint[]];

const CHAT: Endpoints = ['chat/completions', 'completions', 'responses', 'messages', 'messages/count_tokens'];

/** What a model of each type is called through, the most usual endpoint first. */
export const ENDPOINTS_OF: Readonly<Record<ModelType, Endpoints>> = {
  language: CHAT,
  vision: CHAT,
  embedding: ['embeddings'],
  image: ['images/generations', 'images/edits'],
  speech: ['audio/speech'],
  transcription: ['audio/transcriptions', 'audio/translations'],
  rerank: ['rerank'],
  moderation: ['moderations'],
};

/** Every type, in the order in which they are offered. */
export const MODEL_TYPES = Object.keys(ENDPOINTS_OF) as readonly ModelType[];

/** What a model of this type is called at, unless the caller wants something special. */
export function usualEndpoint(type: ModelType): Endpoint {
  return ENDPOINTS_OF[type][0];
}

/** Whether a model of this type answers at this endpoint. */
export function servesEndpoint(type: ModelType, endpoint: Endpoint): boolean {
  return ENDPOINTS_OF[type].includes(endpoint);
}

/** Whether models of this type answer messages. */
export function isChatType(type: ModelType): boolean {
  return ENDPOINTS_OF[type] === CHAT;
}
