/** What a request asks of the model, read from whatever protocol it came in. */
export interface Asked {
  /** The last words of the user. */
  text: string;
  hasImage: boolean;
  /** The first tool that is offered; null: none. */
  tool: string | null;
  /** What a tool gave; null: nothing yet. */
  toolResult: string | null;
  wantsJson: boolean;
  isStream: boolean;
}

/** What the model answers: words, or a call. */
export type Said = { text: string } | SaidCall;

export interface SaidCall {
  call: { id: string; name: string; input: Record<string, unknown> };
}

/** A plan for each word of the scene. */
export const OBJECT = { city: 'Oslo', degrees: 7 };
export const TOKENS = { input: 11, output: 7 };
/** Said by a user who wants an answer that never comes. */
export const WAIT = 'wait';
/** Said by a user whose request is refused. */
export const REFUSE = 'refuse this';
/** Said by a user whose request fails the first time. */
export const FALTER = 'falter';

/** One scene for all dialects, so that what reaches a client can be compared. */
export function answerTo({ text, hasImage, tool, toolResult, wantsJson }: Asked): Said {
  if (toolResult !== null) return { text: `It is ${toolResult}.` };
  if (tool !== null) return { call: { id: 'call_scene', name: tool, input: OBJECT } };
  if (wantsJson) return { text: JSON.stringify(OBJECT) };
  return { text: hasImage ? 'I see an image.' : `You said: ${text}` };
}

/** A text in two pieces, as streams send it. */
export function halves(text: string): [string, string] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

type Json = Record<string, unknown>;

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** The words of a content: a text, or the texts among its parts. */
export function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}
