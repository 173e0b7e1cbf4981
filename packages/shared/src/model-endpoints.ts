import type { ModelType } from './schemas/models.ts';

const CHAT = ['chat/completions', 'completions', 'responses', 'messages', 'messages/count_tokens'] as const;

/** What a model of each type may be called through: the paths after `/v1/`, the most usual one first. */
export const ENDPOINTS_OF = {
  language: CHAT,
  vision: CHAT,
  embedding: ['embeddings'],
  image: ['images/generations', 'images/edits', 'images/variations'],
  speech: ['audio/speech'],
  transcription: ['audio/transcriptions', 'audio/translations'],
  rerank: ['rerank'],
  moderation: ['moderations'],
} as const satisfies Record<ModelType, readonly string[]>;

/** An endpoint that takes the name of a model. */
export type ModelEndpoint = (typeof ENDPOINTS_OF)[ModelType][number];

/** Whether a model of this type answers at this endpoint. */
export function servesEndpoint(type: ModelType, endpoint: string): boolean {
  return (ENDPOINTS_OF[type] as readonly string[]).includes(endpoint);
}

/** Whether models of this type answer messages. */
export function isChatType(type: ModelType): boolean {
  return ENDPOINTS_OF[type] === CHAT;
}
