import type { MeteredUsage } from '@aigc/core/calls/call';
import { mergeUsage, readAnthropicUsage } from '@aigc/providers/dialects/anthropic/usage';
import type { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import type { EventMeaning, EventReader } from './typed-event-tap.ts';

/** Failures that pass by themselves. */
const PASSING: ReadonlySet<unknown> = new Set(['overloaded_error', 'rate_limit_error', 'timeout_error']);
/** The members of a delta that are what the model said. */
const SAID = ['text', 'thinking', 'partial_json'];

/** The events of a native message: https://platform.claude.com/docs/en/build-with-claude/streaming */
export class MessageEvents implements EventReader {
  #counts: JsonObject = {};
  /** The counts of the beginning say nothing of what follows. */
  #isFinal = false;
  #failedAs: string | null = null;

  get usage(): MeteredUsage | null {
    const read = this.#isFinal ? this.#read() : undefined;
    return read === undefined ? null : { ...read, estimated: false };
  }

  read(event: JsonObject): EventMeaning {
    switch (event.type) {
      case 'message_start':
        this.#counts = mergeUsage({}, isJsonObject(event.message) ? event.message.usage : undefined);
        return { content: null, kind: 'part' };
      case 'content_block_delta':
        return { content: saidIn(event.delta), kind: 'part' };
      case 'message_delta':
        this.#counts = mergeUsage(this.#counts, event.usage);
        this.#isFinal = isJsonObject(event.usage);
        return { content: null, kind: 'part' };
      case 'message_stop':
        return { content: null, kind: 'end' };
      default:
        return { content: null, kind: 'part' };
    }
  }

  /** Broken off: what the upstream counted of the prompt still holds. */
  estimate({ input, output }: { input: number; output: number }): MeteredUsage {
    const begun = this.#read();
    if (begun === undefined || begun.inputTokens === 0) {
      return {
        inputTokens: input,
        outputTokens: output,
        cachedTokens: 0,
        reasoningTokens: 0,
        estimated: true,
      };
    }
    return { ...begun, outputTokens: Math.max(begun.outputTokens, output), estimated: true };
  }

  /** With the upstream's type, if that tells a client when to try again; else as all failures are told. */
  failed({ message }: AppError): Buffer | null {
    if (this.#failedAs === null) return null;
    const data = { type: 'error', error: { type: this.#failedAs, message } };
    return Buffer.from(`event: error\ndata: ${JSON.stringify(data)}\n\n`);
  }

  reasonOf({ error }: JsonObject): string {
    if (isJsonObject(error) && PASSING.has(error.type)) this.#failedAs = String(error.type);
    return isJsonObject(error) && typeof error.message === 'string' ? error.message : 'no reason given';
  }

  #read() {
    return readAnthropicUsage({ usage: Object.keys(this.#counts).length === 0 ? undefined : this.#counts });
  }
}

function saidIn(delta: unknown): string | null {
  if (!isJsonObject(delta)) return null;
  const said = SAID.map((name) => delta[name]).find((value) => typeof value === 'string');
  return typeof said === 'string' && said !== '' ? said : null;
}
