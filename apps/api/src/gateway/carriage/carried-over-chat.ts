import type { ChatMapping, JsonObject, ParameterReport } from '@aigc/providers/definition';
import type { ClientProtocol, WritingContext } from '@aigc/providers/client-protocol';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import { RequestDocument } from '@aigc/providers/request-document';
import { scanAnswer } from '../body/scan-body.ts';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import { completionChunks } from '../stream/completion-chunks.ts';
import { DecodingTap } from '../stream/decoding-tap.ts';
import { EncodingTap } from '../stream/encoding-tap.ts';
import { StreamTap } from '../stream/stream-tap.ts';
import type { Tap } from '../stream/tap.ts';
import { fitMessage } from './fit-message.ts';
import { answerFault, requestFault } from './mapping-faults.ts';
import type { Carriage, EventsOfWhole, RequestExtras, WholeAnswer } from './carriage.ts';
import { checkAnswer, JsonAnswer, notAnAnswer, scanWhole } from './json-answer.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export interface CarriedOptions {
  request: ParsedRequest;
  model: ResolvedModel;
  /** How the client's API becomes a chat completion and back; null: the client asks for one. */
  protocol: ClientProtocol | null;
  /** How the upstream takes chat completions; null: as they are. */
  mapping: ChatMapping | null;
  requestId: string;
}

/** For requests that are carried as chat completions: from another API of the client's, to another of the upstream's, or both. */
export class CarriedOverChat implements Carriage {
  readonly endpoint = 'chat/completions';
  parameters: ParameterReport | null = null;
  readonly #options: CarriedOptions;
  #chat: JsonObject = {};

  constructor(options: CarriedOptions) {
    this.#options = options;
  }

  request(extras: RequestExtras) {
    const { model, request } = this.#options;
    try {
      const asked = this.#asked();
      this.#chat = withLimit(asked.chat, extras.outputLimit);
      this.#chat.stream = request.isStream;
      const sent = this.#sent(extras);
      this.parameters = merged(asked.parameters, sent.parameters);
      return sent;
    } catch (cause) {
      throw requestFault(cause, model.entry.title);
    }
  }

  readAnswer(bytes: Buffer, contentType: string): WholeAnswer {
    const { protocol, mapping, model } = this.#options;
    const said = scanWhole(bytes, contentType);
    if (mapping === null)
      return this.#written(checkAnswer(bytes, 'choices', { contentType, model }), protocol);
    if (said === null) throw notAnAnswer(null, 'no object', model);
    try {
      const chat = mapping.answer(said.value(), { target: model.target, request: this.#chat });
      return this.#written(scanAnswer(Buffer.from(JSON.stringify(chat))), protocol);
    } catch (cause) {
      throw answerFault(cause, model.target.apiKey);
    }
  }

  openTap(startedAtMs: number): Tap {
    const { mapping, model } = this.#options;
    const tap = this.#chatTap(startedAtMs);
    if (mapping === null) return this.#encoded(tap);
    const mapper = mapping.openStream({ target: model.target, request: this.#chat });
    return this.#encoded(new DecodingTap(tap, mapper, model.target.apiKey));
  }

  openTapOfWhole(
    bytes: Buffer,
    { contentType, startedAtMs }: { contentType: string; startedAtMs: number },
  ): EventsOfWhole {
    const { mapping, model } = this.#options;
    const said = scanWhole(bytes, contentType);
    if (said === null) throw notAnAnswer(null, 'no object', model);
    let completion = said.value();
    if (mapping !== null) {
      try {
        completion = mapping.answer(completion, { target: model.target, request: this.#chat });
      } catch (cause) {
        throw answerFault(cause, model.target.apiKey);
      }
    } else checkAnswer(bytes, 'choices', { contentType, model });
    const events = completionChunks(completion).map((chunk) => Buffer.from(`data: ${chunk}\n\n`));
    return { tap: this.#encoded(this.#chatTap(startedAtMs)), events };
  }

  #asked() {
    const { protocol, request, mapping, model } = this.#options;
    const value = request.body.value();
    if (protocol === null) return { chat: { ...value }, parameters: NOTHING };
    const asked = protocol.toChat(value);
    if (request.endpoint !== 'messages') return asked;
    return fitMessage(asked, { entry: model.entry, judgesEffort: mapping !== null });
  }

  #sent({ asksForUsage }: RequestExtras) {
    const { mapping, model, request } = this.#options;
    const { definition, target, entry } = model;
    if (mapping !== null) {
      const { body, ...mapped } = mapping.request(this.#chat, {
        target,
        isStream: request.isStream,
        maxOutputTokens: entry.maxOutputTokens,
      });
      return { ...mapped, body: [Buffer.from(JSON.stringify(body))] };
    }
    const { max_completion_tokens: limit, ...chat } = this.#chat;
    if (limit !== undefined) chat[definition.outputLimitField(target)] = limit;
    if (asksForUsage) chat.stream_options = { ...request.streamOptions, include_usage: true };
    const document = new RequestDocument(Buffer.from(JSON.stringify(chat)));
    const built = definition.buildRequest(target, 'chat/completions', document);
    return { ...built, parameters: NOTHING };
  }

  #written(chat: ReturnType<typeof scanAnswer>, protocol: ClientProtocol | null): WholeAnswer {
    const answer = new JsonAnswer(chat, openAiCompatible);
    if (protocol === null) return answer;
    const written = protocol.fromChat(chat.value(), this.#writing());
    return {
      contentType: JSON_TYPE,
      body: Buffer.from(JSON.stringify(written)),
      json: chat,
      usage: () => answer.usage(),
    };
  }

  /** Of what is a chat completion by then, whatever its upstream speaks. */
  #chatTap(startedAtMs: number): StreamTap {
    const { protocol, mapping, model, request } = this.#options;
    return new StreamTap({
      definition: mapping === null ? model.definition : openAiCompatible,
      wantsUsage: protocol !== null || request.wantsUsage,
      apiKey: model.target.apiKey,
      startedAtMs,
    });
  }

  #encoded(tap: Tap): Tap {
    const { protocol } = this.#options;
    return protocol === null ? tap : new EncodingTap(tap, protocol.openStream(this.#writing()));
  }

  #writing(): WritingContext {
    const { request, model, requestId } = this.#options;
    return { request: request.body.value(), model: request.model ?? model.entry.title, requestId };
  }
}

const NOTHING: ParameterReport = { mapped: [], dropped: [] };

/** Under the one name that dialects look for; whatever the client called it. */
function withLimit(chat: JsonObject, limit: number | null): JsonObject {
  if (limit === null) return { ...chat };
  const { max_tokens: _older, ...rest } = chat;
  return { ...rest, max_completion_tokens: limit };
}

function merged(first: ParameterReport, second: ParameterReport): ParameterReport {
  return {
    mapped: [...new Set([...first.mapped, ...second.mapped])],
    dropped: [...new Set([...first.dropped, ...second.dropped])],
  };
}
