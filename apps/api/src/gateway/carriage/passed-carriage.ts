import type { Endpoint } from '@aigc/providers/definition';
import { RequestDocument } from '@aigc/providers/request-document';
import { AppError } from '@aigc/shared/errors';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import type { Tap } from '../stream/tap.ts';
import type { AnswerFormat } from './answer-format.ts';
import { withForwarded } from './forwarded-headers.ts';
import type { Carriage, EventsOfWhole, RequestExtras, WholeAnswer } from './carriage.ts';

/** For upstreams that serve the client's own endpoint: bytes pass as they are, but for what the gateway sets. */
export class PassedCarriage implements Carriage {
  readonly parameters = null;
  readonly #request: ParsedRequest;
  readonly #model: ResolvedModel;
  readonly #format: AnswerFormat;

  constructor(request: ParsedRequest, model: ResolvedModel, format: AnswerFormat) {
    this.#request = request;
    this.#model = model;
    this.#format = format;
  }

  get endpoint(): Endpoint {
    return this.#request.endpoint;
  }

  request(extras: RequestExtras) {
    const { endpoint, body } = this.#request;
    const { definition, target } = this.#model;
    this.#format.check?.(this.#request, this.#model);
    const document = new RequestDocument(body.json, this.#members(extras));
    const built = definition.buildRequest(target, endpoint, document);
    const { forwardedHeaders } = this.#request;
    if (forwardedHeaders === null) return built;
    return { ...built, headers: withForwarded(built.headers, forwardedHeaders) };
  }

  readAnswer(bytes: Buffer, contentType: string): WholeAnswer {
    return this.#format.readAnswer(bytes, {
      contentType,
      model: this.#model,
      request: this.#request,
    });
  }

  openTap(startedAtMs: number): Tap {
    const tap = this.#format.openTap?.({
      model: this.#model,
      request: this.#request,
      wantsUsage: this.#request.wantsUsage,
      startedAtMs,
    });
    if (tap === undefined)
      throw new AppError('invalid_field', 'stream must be false here.', { param: 'stream' });
    return tap;
  }

  openTapOfWhole(
    bytes: Buffer,
    { contentType, startedAtMs }: { contentType: string; startedAtMs: number },
  ): EventsOfWhole {
    const answer = this.readAnswer(bytes, contentType);
    if (this.#format.eventsOf === undefined) {
      throw new AppError(
        'upstream_bad_response',
        'The upstream answered a streaming request with a whole answer.',
      );
    }
    return { tap: this.openTap(startedAtMs), events: this.#format.eventsOf(answer, this.#request) };
  }

  /** What the gateway adds to the client's own request; null: nothing. */
  #members({ outputLimit, asksForUsage }: RequestExtras): Record<string, unknown> | null {
    const setsUsage = asksForUsage && this.#format.takesStreamOptions === true;
    if (outputLimit === null && !setsUsage) return null;
    const members: Record<string, unknown> = {};
    const limitField = this.#format.outputLimitField(this.#model.definition, this.#model);
    if (outputLimit !== null && limitField !== null) members[limitField] = outputLimit;
    if (setsUsage) members.stream_options = { ...this.#request.streamOptions, include_usage: true };
    return members;
  }
}
