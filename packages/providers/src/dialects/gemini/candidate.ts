import { createHash } from 'node:crypto';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';

/** What the parts of a candidate say, in the words of a chat message. */
export interface SaidParts {
  text: string;
  reasoning: string;
  toolCalls: JsonObject[];
  /** Images that the model made, as OpenAI-shaped parts. */
  images: JsonObject[];
  /** The signature of the thoughts behind what was said, if it came with a part other than a tool call. */
  signature: string | null;
}

export interface CandidatePlace {
  /** The answer's id, which makes the ids of its tool calls unique. */
  responseId: string;
  candidate: number;
  /** How many tool calls this candidate has made so far, in this stream. */
  callsBefore: number;
}

/** Reads the parts of one candidate, whole or of one event. */
export function readParts(content: unknown, place: CandidatePlace): SaidParts {
  const said: SaidParts = { text: '', reasoning: '', toolCalls: [], images: [], signature: null };
  for (const part of objectsOf(objectOf(content).parts)) {
    const text = stringOf(part.text) ?? '';
    if (isObject(part.functionCall)) {
      const index = place.callsBefore + said.toolCalls.length;
      said.toolCalls.push(toolCall(part, { ...place, callsBefore: index }));
      continue;
    }
    said.signature = stringOf(part.thoughtSignature) ?? said.signature;
    if (part.thought === true) said.reasoning += text;
    else said.text += text;
    if (isObject(part.inlineData)) said.images.push(imagePart(part.inlineData));
  }
  return said;
}

function toolCall(part: JsonObject, place: CandidatePlace): JsonObject {
  const call = objectOf(part.functionCall);
  const signature = stringOf(part.thoughtSignature);
  return {
    index: place.callsBefore,
    id: stringOf(call.id) ?? madeUpId(place),
    type: 'function',
    function: { name: stringOf(call.name) ?? '', arguments: JSON.stringify(objectOf(call.args)) },
    ...(signature === null ? {} : { extra_content: extraContent(signature) }),
  };
}

/** Google need not name its calls. The same call of the same answer has the same id each time it is read. */
function madeUpId({ responseId, candidate, callsBefore }: CandidatePlace): string {
  const place = `${responseId} ${candidate} ${callsBefore}`;
  return `call_${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
}

function imagePart(data: JsonObject): JsonObject {
  const type = stringOf(data.mimeType) ?? 'image/png';
  return { type: 'image_url', image_url: { url: `data:${type};base64,${stringOf(data.data) ?? ''}` } };
}

/** Where Google's own compatible endpoint keeps the signature of a thought. */
export function extraContent(signature: string): JsonObject {
  return { google: { thought_signature: signature } };
}

const FINISH_REASONS: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};

/** Why a candidate ended; calls of tools end it like a plain stop, so they are told apart here. */
export function finishReasonOf(reason: string, hasToolCalls: boolean): string {
  const known = FINISH_REASONS[reason] ?? 'stop';
  return known === 'stop' && hasToolCalls ? 'tool_calls' : known;
}

/** Whether a candidate ended neither of itself nor by a rule: the model stumbled, e.g. over a call it could not write. */
export function isBreakdown(reason: string): boolean {
  return reason !== 'STOP' && !(reason in FINISH_REASONS);
}

/** OpenAI's list of tokens with their probabilities; null if they were not asked for. */
export function logprobsOf(result: unknown): JsonObject | null {
  if (!isObject(result)) return null;
  const top = objectsOf(result.topCandidates);
  const one = ({ token, logProbability }: JsonObject) => {
    const text = stringOf(token) ?? '';
    return { token: text, logprob: Number(logProbability ?? 0), bytes: [...Buffer.from(text)] };
  };
  const content = objectsOf(result.chosenCandidates).map((chosen, index) => ({
    ...one(chosen),
    top_logprobs: objectsOf(top[index]?.candidates).map(one),
  }));
  return { content, refusal: null };
}
