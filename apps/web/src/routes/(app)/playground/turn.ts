import type { PreparedImage } from '#lib/images/prepare-image.ts';
import type { AnswerCost } from './answer-cost.ts';
import type { ToolCall, Usage } from './chat-chunk.ts';
import type { Parameters } from './parameters.ts';

/** An image as it is sent with a message. */
export type TurnImage = PreparedImage;

export const maxImagesPerMessage = 4;

export interface UserTurn {
  /** The same on both sides for a question that was sent to both. */
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

/** What was sent beside the turns before an answer. */
export interface SentSetup {
  system: string;
  parameters: Parameters;
  /** Which turns were sent, in order: some may have been deleted since. */
  turnIds: string[];
}

export interface AnswerTurn {
  id: string;
  role: 'assistant';
  model: string;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  text: string;
  reasoning: string;
  /** The model's words where it declined to answer. */
  refusal: string;
  toolCalls: ToolCall[];
  finishReason: string | undefined;
  usage: Usage | undefined;
  cost: AnswerCost | undefined;
  firstTokenMs: number | undefined;
  latencyMs: number | undefined;
  requestId: string | undefined;
  /** Names of parameters that the model was not given, although they were set. */
  dropped: string[];
  /** The longest answer, in tokens, that the balance allowed; undefined: it did not matter. */
  outputLimit: number | undefined;
  sent: SentSetup | undefined;
  failure: AnswerFailure | undefined;
}

export type Turn = UserTurn | AnswerTurn;

/** Unique in a browser. Not `crypto.randomUUID`, which plain http on another machine does not have. */
export function newId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

export function newAnswer(model: string): AnswerTurn {
  return {
    id: newId(),
    role: 'assistant',
    model,
    state: 'streaming',
    text: '',
    reasoning: '',
    refusal: '',
    toolCalls: [],
    finishReason: undefined,
    usage: undefined,
    cost: undefined,
    firstTokenMs: undefined,
    latencyMs: undefined,
    requestId: undefined,
    dropped: [],
    outputLimit: undefined,
    sent: undefined,
    failure: undefined,
  };
}

/** Whether anything came: an answer that failed before its first word can make room for the next try. */
export function hasContent(answer: AnswerTurn): boolean {
  return (
    answer.text !== '' || answer.refusal !== '' || answer.reasoning !== '' || answer.toolCalls.length > 0
  );
}

/** An answer that was coming in when the page was left will not go on. */
export function settled(turn: Turn): Turn {
  return turn.role === 'assistant' && turn.state === 'streaming' ? { ...turn, state: 'stopped' } : turn;
}

/** Tokens a second while the answer came in; undefined where that is not known. */
export function tokensPerSecond(answer: AnswerTurn): number | undefined {
  const { usage, firstTokenMs, latencyMs } = answer;
  if (!usage || firstTokenMs === undefined || latencyMs === undefined) return undefined;
  const spanMs = latencyMs - firstTokenMs;
  // One piece is no stream, and a moment too short to measure gives any figure at all.
  if (usage.completionTokens < 5 || spanMs < 50) return undefined;
  return (usage.completionTokens / spanMs) * 1_000;
}
