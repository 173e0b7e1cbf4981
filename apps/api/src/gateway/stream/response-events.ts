import type { MeteredUsage } from '@aigc/core/calls/call';
import { readResponseUsage } from '@aigc/providers/protocols/responses/usage';
import type { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import type { EventMeaning, EventReader } from './typed-event-tap.ts';

/** Events that end a response; what they hold is the response as a whole. */
const ENDS: Readonly<Record<string, EventMeaning['kind']>> = {
  'response.completed': 'end',
  'response.incomplete': 'end',
  'response.cancelled': 'end',
  'response.failed': 'failure',
};

/** The events of a native response: https://platform.openai.com/docs/api-reference/responses-streaming */
export class ResponseEvents implements EventReader {
  usage: MeteredUsage | null = null;
  #response: JsonObject | null = null;
  #lastNumber = -1;

  read(event: JsonObject): EventMeaning {
    const type = typeof event.type === 'string' ? event.type : '';
    if (typeof event.sequence_number === 'number') this.#lastNumber = event.sequence_number;
    if (isJsonObject(event.response)) {
      this.#response = event.response;
      // Some servers send counts of zero with the first events.
      const reported = type in ENDS ? readResponseUsage(event.response.usage) : undefined;
      if (reported !== undefined) this.usage = { ...reported, estimated: false };
    }
    const isDelta = type.endsWith('.delta');
    const content = isDelta ? (typeof event.delta === 'string' ? event.delta : '') : null;
    return { content, kind: ENDS[type] ?? 'part' };
  }

  estimate({ input, output }: { input: number; output: number }): MeteredUsage {
    return { inputTokens: input, outputTokens: output, cachedTokens: 0, reasoningTokens: 0, estimated: true };
  }

  /** A response that has begun ends with `response.failed`, which is the only end of it that clients take for one. */
  failed({ message, code }: AppError): Buffer | null {
    if (this.#response === null) return null;
    const type = 'response.failed';
    const response = { ...this.#response, status: 'failed', error: { code, message } };
    const data = JSON.stringify({ type, sequence_number: this.#lastNumber + 1, response });
    return Buffer.from(`event: ${type}\ndata: ${data}\n\n`);
  }

  reasonOf(event: JsonObject): string {
    const { response } = event;
    const error = isJsonObject(response) ? response.error : (event.error ?? event);
    const message = isJsonObject(error) ? error.message : error;
    return typeof message === 'string' ? message : 'no reason given';
  }
}
