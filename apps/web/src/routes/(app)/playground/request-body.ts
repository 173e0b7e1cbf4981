import { parameterFields, type Parameters } from './parameters.ts';
import type { AnswerTurn, Turn } from './turn.ts';

export interface ChatSetup {
  model: string;
  system: string;
  parameters: Parameters;
}

type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

/**
 * A conversation as a chat request. Answers that never came are left out, with nothing in their place: their question
 * is asked again by the next one.
 */
export function requestBody(turns: readonly Turn[], setup: ChatSetup): Record<string, unknown> {
  const messages: { role: string; content: string | Part[] }[] = [];
  if (setup.system.trim() !== '') messages.push({ role: 'system', content: setup.system });
  for (const turn of turns) {
    if (turn.role === 'user') messages.push({ role: 'user', content: userContent(turn.text, turn.images) });
    else if (turn.text !== '' || turn.refusal !== '') {
      messages.push({ role: 'assistant', content: turn.text || turn.refusal });
    }
  }
  return { model: setup.model, messages, ...parameterFields(setup.parameters) };
}

/**
 * The request that an answer came from. `isWhole` is false where turns that were sent have been deleted since, so that
 * they are missing here.
 */
export function sentBody(
  turns: readonly Turn[],
  answer: AnswerTurn,
): { body: Record<string, unknown>; isWhole: boolean } | undefined {
  const { sent, model } = answer;
  if (!sent) return undefined;
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const found = sent.turnIds.map((id) => byId.get(id)).filter((turn) => turn !== undefined);
  return {
    body: requestBody(found, { model, system: sent.system, parameters: sent.parameters }),
    isWhole: found.length === sent.turnIds.length,
  };
}

/** The same request with every image cut short, for reading. */
export function withShortImages(body: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(body, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith('data:image/')
      ? `${value.slice(0, value.indexOf(',') + 17)}…`
      : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

function userContent(text: string, images: readonly { url: string }[]): string | Part[] {
  if (images.length === 0) return text;
  const parts: Part[] = images.map(({ url }) => ({ type: 'image_url', image_url: { url } }));
  return text === '' ? parts : [{ type: 'text', text }, ...parts];
}
