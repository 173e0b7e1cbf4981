import type { PreparedImage } from '#lib/images/prepare-image.ts';
import type { AnswerCost } from './answer-cost.ts';
import type { Usage } from './chat-stream.ts';

/** An image as it is sent with a message. */
export type TurnImage = PreparedImage;

export const maxImagesPerMessage = 4;

export interface UserTurn {
  id: string;
  role: 'user';
  text: string;
  images: TurnImage[];
}

export interface AnswerFailure {
  code: string;
  /** The API's own sentence, in English; empty when there was none. */
  message: string;
  requestId: string | undefined;
}

export interface AnswerTurn {
  id: string;
  role: 'assistant';
  model: string;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  text: string;
  reasoning: string;
  finishReason: string | undefined;
  usage: Usage | undefined;
  cost: AnswerCost | undefined;
  firstTokenMs: number | undefined;
  latencyMs: number | undefined;
  failure: AnswerFailure | undefined;
}

export type Turn = UserTurn | AnswerTurn;

/** Unique in a tab. Not `crypto.randomUUID`, which plain http on another machine does not have. */
export function newTurnId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

export function newAnswer(model: string): AnswerTurn {
  return {
    id: newTurnId(),
    role: 'assistant',
    model,
    state: 'streaming',
    text: '',
    reasoning: '',
    finishReason: undefined,
    usage: undefined,
    cost: undefined,
    firstTokenMs: undefined,
    latencyMs: undefined,
    failure: undefined,
  };
}
