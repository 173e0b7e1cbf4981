import { NO_USAGE } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import type { ServerResponse } from 'node:http';
import { toAppError } from '../errors.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { completionChunks } from '../stream/completion-chunks.ts';
import { SseDecoder, SseError } from '../stream/sse-decoder.ts';
import { SseWriter } from '../stream/sse-writer.ts';
import { StreamMeter } from '../stream/stream-meter.ts';
import type { Reserved } from './contexts.ts';
import { askUpstream, readUnaryAnswer, type UpstreamAnswer } from './relay.ts';
import { clientLeft } from './run-unary.ts';
import type { Settlement } from './settlement.ts';

/** Many clients close after `finish_reason`; usage that follows is waited for this long. */
const USAGE_PATIENCE_MS = 1000;
/** An upstream that does not end after `[DONE]` loses its connection after this long. */
const READ_OUT_MS = 1000;

interface StreamOptions {
  deps: GatewayDeps;
  context: Reserved;
  settlement: Settlement;
  res: ServerResponse;
}

/**
 * Relays a stream event by event. Everything that can go wrong after the first byte is told inside the
 * stream; what was delivered by then is billed. The end is sent only once the call is settled.
 */
export async function runStream({ deps, context, settlement, res }: StreamOptions): Promise<void> {
  const meter = new StreamMeter({
    definition: context.model.definition,
    request: context.request.value,
    wantsUsage: context.request.wantsUsage,
    apiKey: context.model.target.apiKey,
    startedAtMs: context.startedAtMs,
  });
  const writer = new SseWriter(res);
  const upstream = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const onGone = () => {
    if (meter.isFinished && !meter.hasUsage) patience = setTimeout(() => upstream.abort(), USAGE_PATIENCE_MS);
    else upstream.abort();
  };
  context.clientGone.addEventListener('abort', onGone, { once: true });
  if (context.clientGone.aborted) upstream.abort();
  try {
    const answer = await askUpstream(deps, context, upstream.signal);
    // A keep-alive may have sent the headers by now.
    if (!writer.isOpen)
      res.setHeader('openai-processing-ms', String(Math.round(performance.now() - context.startedAtMs)));
    if (/^application\/json\b/i.test(answer.contentType)) {
      const { value } = await readUnaryAnswer(context, answer);
      await relayChunks(completionChunks(value), meter, writer);
    } else if (/^text\/event-stream\b/i.test(answer.contentType)) {
      await relayChunks(eventData(answer, meter), meter, writer);
    } else throw notAStream(answer);
    // Finished but the client left while usage was awaited: still a complete answer.
    if (context.clientGone.aborted && !meter.isFinished) throw clientLeft();
    await settlement.settle({
      error: null,
      usage: meter.usage(),
      isDelivered: meter.hasDelivered,
      httpStatus: 200,
      ttftMs: meter.ttftMs,
    });
    writer.end();
  } catch (cause) {
    // An upstream that has more to say loses its connection, whatever went wrong.
    upstream.abort();
    const error = context.clientGone.aborted && !meter.isFinished ? clientLeft() : streamError(cause);
    const isComplete = context.clientGone.aborted && meter.isFinished;
    if (!settlement.isSettled) {
      const usage = meter.hasDelivered || isComplete ? meter.usage() : NO_USAGE;
      await settlement
        .settle({
          error: isComplete ? null : error,
          usage,
          isDelivered: meter.hasDelivered,
          httpStatus: writer.isOpen ? 200 : error.status,
          ttftMs: meter.ttftMs,
        })
        .catch(() => undefined);
    }
    if (!writer.isOpen) {
      writer.abandon();
      throw error;
    }
    writer.fail(error);
  } finally {
    clearTimeout(patience);
    context.clientGone.removeEventListener('abort', onGone);
  }
}

async function relayChunks(
  chunks: Iterable<string> | AsyncIterable<string>,
  meter: StreamMeter,
  writer: SseWriter,
): Promise<void> {
  for await (const chunk of chunks) {
    const { forward } = meter.read(chunk);
    if (forward !== null) await writer.write(forward);
  }
}

/** The data of a stream's events up to `[DONE]`. @throws AppError if it ends before the answer is complete */
async function* eventData(answer: UpstreamAnswer, meter: StreamMeter): AsyncGenerator<string> {
  const decoder = new SseDecoder();
  const bytes = answer.body[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await bytes.next();
    for (const { data } of done === true ? decoder.end() : decoder.push(value)) {
      if (data === '[DONE]') {
        if (done !== true) readOut(bytes, answer);
        return;
      }
      yield data;
    }
    if (done === true) break;
  }
  // Some upstreams end without [DONE]; one that has not even given a finish_reason has died.
  if (!meter.isFinished) {
    throw new AppError(
      'upstream_bad_response',
      'The upstream ended its stream before the answer was complete.',
    );
  }
}

/** Reads what follows `[DONE]` (nothing, as a rule), so that the connection can be used again. */
function readOut(bytes: AsyncIterator<Buffer>, { body }: UpstreamAnswer): void {
  const timer = setTimeout(() => body.destroy?.(), READ_OUT_MS);
  const read = async () => {
    while ((await bytes.next()).done !== true);
  };
  void read()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}

function notAStream(answer: UpstreamAnswer): AppError {
  answer.body.destroy?.();
  const what = /html/i.test(answer.contentType) ? 'an HTML page' : 'no event stream';
  return new AppError('upstream_bad_response', `The upstream answered a streaming request with ${what}.`);
}

function streamError(cause: unknown): AppError {
  if (cause instanceof SseError)
    return new AppError('upstream_bad_response', `The upstream sent an invalid stream: ${cause.message}.`);
  return toAppError(cause);
}
