import type { Desk } from './desk.svelte.ts';
import { requestBody, sentBody } from './request-body.ts';
import type { Side } from './side.svelte.ts';
import type { AnswerTurn } from './turn.ts';

/** A request to read as a program. */
export interface ShownRequest {
  body: Record<string, unknown>;
  /** Nothing that was sent is missing. */
  isWhole: boolean;
  /** It was sent already. */
  isSent: boolean;
}

/** The request that an answer came from. */
export function sentRequest(side: Side, answer: AnswerTurn): ShownRequest | undefined {
  const sent = sentBody(side.turns, answer);
  return sent && { ...sent, isSent: true };
}

/** The request that is being written, or else the one that was last sent. */
export function currentRequest(desk: Desk, side: Side, model: string): ShownRequest | undefined {
  const { lastAnswer } = side;
  if (!desk.hasDraft && lastAnswer?.sent) return sentRequest(side, lastAnswer);
  const question = { id: '', role: 'user', text: desk.draft.trim(), images: desk.draftImages } as const;
  const turns = desk.hasDraft ? [...side.turns, question] : side.turns;
  const { system, parameters } = desk.setupOf(side);
  return { body: requestBody(turns, { model, system, parameters }), isWhole: true, isSent: false };
}
