import { NO_USAGE, type MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { respondJson, type Http } from '../respond.ts';
import { estimatePromptTokens, messageText, TokenEstimate } from '../tokens.ts';
import type { Reserved } from './contexts.ts';
import { askUpstream, readUnaryAnswer } from './relay.ts';
import type { Settlement } from './settlement.ts';

/** Changes an answer's form for the client; returns the bytes to send. */
export type ShapeAnswer = (answer: { bytes: Buffer; value: JsonObject }) => Buffer;

/** Tokens of a complete answer: as reported (an explicit zero stays zero), else estimated from its text. */
function meterUnary(context: Reserved, value: JsonObject): MeteredUsage {
  const reported = context.model.definition.readUsage(value);
  if (reported !== undefined) return { ...reported, estimated: false };
  const output = new TokenEstimate();
  for (const choice of Array.isArray(value.choices) ? (value.choices as unknown[]) : []) {
    if (isJsonObject(choice)) output.add(messageText(choice.message));
  }
  return {
    inputTokens: estimatePromptTokens(context.request.value),
    outputTokens: output.tokens,
    cachedTokens: 0,
    reasoningTokens: 0,
    estimated: true,
  };
}

interface UnaryOptions {
  deps: GatewayDeps;
  context: Reserved;
  settlement: Settlement;
  http: Http;
  shape: ShapeAnswer;
}

/** Relays an answer that comes whole: read, meter, settle, and only then send it. */
export async function runUnary({ deps, context, settlement, http, shape }: UnaryOptions): Promise<void> {
  const answer = await askUpstream(deps, context, context.clientGone);
  const read = await readUnaryAnswer(context, answer);
  if (context.clientGone.aborted) throw clientLeft();
  const bytes = shape(read);
  await settlement.settle({
    error: null,
    usage: meterUnary(context, read.value),
    isDelivered: false,
    httpStatus: 200,
    ttftMs: null,
  });
  http.res.setHeader('openai-processing-ms', String(Math.round(performance.now() - context.startedAtMs)));
  respondJson(http, 200, bytes);
}

/** A client that closed its connection; 499 is what nginx logs for it. */
export function clientLeft(): AppError {
  return new AppError('client_closed', 'The client closed the connection before the answer was complete.');
}

/** What a call that failed before any answer used: nothing. */
export const NOTHING_DELIVERED = { usage: NO_USAGE, isDelivered: false, ttftMs: null };
