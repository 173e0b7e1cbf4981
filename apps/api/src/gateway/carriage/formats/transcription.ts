import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../../body/parse-json-object.ts';
import { filesOf, type FormRequest } from '../../form/form-request.ts';
import { soundLength } from '../../form/sound-length.ts';
import { TypedEventTap, type EventMeaning, type EventReader } from '../../stream/typed-event-tap.ts';
import type { AnswerFormat, RequestedAnswer } from '../answer-format.ts';
import type { WholeAnswer } from '../carriage.ts';
import { notAnAnswer, scanWhole } from '../json-answer.ts';
import { TokenEstimate } from '../../tokens/token-estimate.ts';
import { reasonOf } from './event-reason.ts';
import { meteredJson, tokenCount, usageOf } from './metered-json.ts';
import { soldBy } from './sold-by.ts';

/** Formats that are text; clients take an answer that claims to be JSON for an object. */
const TEXT_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['text', 'text/plain; charset=utf-8'],
  ['srt', 'text/plain; charset=utf-8'],
  ['vtt', 'text/vtt; charset=utf-8'],
]);

/** Speech that was written down, or translated: https://platform.openai.com/docs/api-reference/audio */
export const transcriptionFormat: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer(bytes, options) {
    const format = options.request.body.read('response_format');
    const textType = TEXT_TYPES.get(format);
    if (textType !== undefined) return textAnswer(bytes, { ...options, format, textType });
    const answer = scanWhole(bytes, options.contentType);
    if (answer === null || answer.kindOf('text') !== 'string') {
      throw notAnAnswer(answer, 'no text', options.model);
    }
    return meteredJson(answer, () => {
      const [usage, duration, text] = [answer.read('usage'), answer.read('duration'), answer.read('text')];
      return usageOfAnswer({ usage, duration, text }, options);
    });
  },
  openTap: ({ model, request, startedAtMs }) =>
    new TypedEventTap(new TranscriptEvents({ request, model }), {
      apiKey: model.target.apiKey,
      startedAtMs,
    }),
  eventsOf,
};

/** Some servers know no streams: what they give at once becomes a stream of one piece. */
function eventsOf({ json, body }: WholeAnswer): Buffer[] {
  const read = (name: string): unknown => json?.read(name);
  const text = json === null ? body.toString('utf8') : read('text');
  const seconds = read('duration');
  const usage = read('usage') ?? (seconds === undefined ? undefined : { type: 'duration', seconds });
  return [
    { type: 'transcript.text.delta', delta: text },
    { type: 'transcript.text.done', text, usage },
  ].map((event) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
}

function textAnswer(
  bytes: Buffer,
  { contentType, model, request, format, textType }: RequestedAnswer & { format: unknown; textType: string },
): WholeAnswer {
  let body = bytes;
  if (/json/i.test(contentType)) {
    // Some servers know no other form; of it, plain text can be made, but no times.
    const answer = scanWhole(bytes, contentType);
    const text = answer?.read('text');
    if (format !== 'text' || typeof text !== 'string')
      throw notAnAnswer(answer, `no ${String(format)}`, model);
    body = Buffer.from(text);
  } else if (/html/i.test(contentType)) {
    throw new AppError(
      'upstream_bad_response',
      'The upstream answered with an HTML page; its address may be wrong.',
    );
  }
  return {
    contentType: textType,
    body,
    json: null,
    usage: () => usageOfAnswer({ text: body.toString('utf8') }, { request, model }),
  };
}

/** What was asked, and of which model. */
type Asked = Pick<RequestedAnswer, 'request' | 'model'>;

/**
 * Tokens or seconds, whichever the upstream reports; else the length of the file. What the model is sold by is estimated
 * where it is not reported: whoever asks for plain text gets no count of tokens with it.
 */
function usageOfAnswer(
  { usage, duration, text }: { usage?: unknown; duration?: unknown; text?: unknown },
  { request: { form }, model }: Asked,
): MeteredUsage {
  const reported = isJsonObject(usage) ? usage : {};
  const sold = soldBy(model);
  const seconds = secondsOf(reported.seconds) ?? secondsOf(duration);
  const input = tokenCount(reported.input_tokens) ?? tokenCount(reported.prompt_tokens);
  const output = tokenCount(reported.output_tokens) ?? tokenCount(reported.completion_tokens) ?? 0;
  const file = form === undefined ? null : lengthOf(form);
  const length = file === null ? null : Math.ceil(file.seconds);
  const isEstimate = seconds === undefined && (file === null || file.isEstimate);
  if (input !== undefined) {
    const tokens = audioTokens(reported);
    if (!sold.audioSeconds) return usageOf({ input, output }, { audioSeconds: seconds ?? 0, ...tokens });
    return usageOf({ input, output }, { audioSeconds: seconds ?? length ?? 0, ...tokens }, isEstimate);
  }
  const audioSeconds = seconds ?? length ?? 0;
  if (!sold.tokens) return usageOf({}, { audioSeconds }, isEstimate);
  const heard = audioSeconds * USUAL_TOKENS_PER_SECOND;
  const written = new TokenEstimate().add(typeof text === 'string' ? text : '').tokens;
  return usageOf({ input: heard, output: written }, { audioSeconds, audioInputTokens: heard }, true);
}

/** Of OpenAI's models: one for a tenth of a second. */
const USUAL_TOKENS_PER_SECOND = 10;

function audioTokens({ input_token_details: details }: JsonObject): { audioInputTokens?: number } {
  const audio = isJsonObject(details) ? tokenCount(details.audio_tokens) : undefined;
  return audio === undefined ? {} : { audioInputTokens: audio };
}

/** A begun second counts whole. Some vendors send the number as text. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isPossible = typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 && seconds < 1e9;
  return isPossible ? Math.ceil(seconds) : undefined;
}

function lengthOf(form: FormRequest) {
  const file = filesOf(form)[0];
  return file === undefined ? null : soundLength(file);
}

/** https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event */
class TranscriptEvents implements EventReader {
  usage: MeteredUsage | null = null;
  readonly #asked: Asked;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  read({ type, delta, text, usage }: JsonObject): EventMeaning {
    const isEnd = type === 'transcript.text.done';
    if (isEnd) this.usage = usageOfAnswer({ usage, text }, this.#asked);
    return { content: typeof delta === 'string' ? delta : null, kind: isEnd ? 'end' : 'part' };
  }

  /** Of a stream that broke off: the file was heard as far as is known. */
  estimate({ output }: { output: number }): MeteredUsage {
    const heard = usageOfAnswer({}, this.#asked);
    return { ...heard, outputTokens: output, estimated: true };
  }

  failed(): null {
    return null;
  }

  reasonOf = reasonOf;
}
