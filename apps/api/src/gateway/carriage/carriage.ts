import type { MeteredUsage } from '@aigc/core/calls/call';
import type { Endpoint, ParameterReport } from '@aigc/providers/definition';
import type { ExchangeRequest } from '../../outbound/exchange-handler.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { Tap } from '../stream/tap.ts';

/** What the gateway adds to a client's own request. */
export interface RequestExtras {
  /** The limit of output tokens that its money pays for; null: none is added. */
  outputLimit: number | null;
  /** A stream's upstream must be asked for its usage. */
  asksForUsage: boolean;
}

/** A complete answer, ready for its client. */
export interface WholeAnswer {
  readonly contentType: string;
  readonly body: Buffer;
  /** The answer in OpenAI's form; null: it is no JSON. */
  readonly json: ScannedBody | null;
  /** As its upstream reported it; null: it did not, and the texts must be counted. */
  usage(): MeteredUsage | null;
}

/** A complete answer as the events of a stream, and the tap that has yet to take them. */
export interface EventsOfWhole {
  tap: Tap;
  events: readonly Buffer[];
}

/** How one request goes to one upstream, and how what comes back is read. Every attempt has its own. */
export interface Carriage {
  /** The endpoint that is called: not the client's own where the request is carried over another. */
  readonly endpoint: Endpoint;
  /** What became of the request's parameters, once it was made; null: all travel as they are. */
  readonly parameters: ParameterReport | null;
  /** @throws AppError if the request cannot be carried */
  request(
    extras: RequestExtras,
  ): Pick<ExchangeRequest, 'url' | 'headers' | 'body'> & Partial<Pick<ExchangeRequest, 'method'>>;
  /** @throws AppError if it is no answer */
  readAnswer(bytes: Buffer, contentType: string): WholeAnswer;
  openTap(startedAtMs: number): Tap;
  /** For upstreams that answer a streaming request with a whole answer. @throws AppError if it is none */
  openTapOfWhole(bytes: Buffer, options: { contentType: string; startedAtMs: number }): EventsOfWhole;
}
