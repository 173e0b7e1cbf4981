import type { ProviderDefinition } from '@aigc/providers/definition';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import type { Tap } from '../stream/tap.ts';
import type { WholeAnswer } from './carriage.ts';

export interface AnswerOptions {
  contentType: string;
  model: ResolvedModel;
}

/** For formats whose answers depend on what was asked. */
export interface RequestedAnswer extends AnswerOptions {
  request: ParsedRequest;
}

export interface TapOptions {
  model: ResolvedModel;
  request: ParsedRequest;
  /** The client asked to see the usage. */
  wantsUsage: boolean;
  /** From `performance.now()`. */
  startedAtMs: number;
}

/** How the answers of one endpoint are checked and metered, where upstreams serve it in the caller's own form. */
export interface AnswerFormat {
  /** The request's own name for the limit of output tokens; null: the endpoint has none. */
  outputLimitField(definition: ProviderDefinition, model: ResolvedModel): string | null;
  /** A stream's request takes `stream_options.include_usage`; absent: its upstreams report usage unasked. */
  takesStreamOptions?: true;
  /** @throws AppError if a request may not pass to this model's upstream as it is */
  check?(request: ParsedRequest, model: ResolvedModel): void;
  /** @throws AppError if the bytes are no answer of the endpoint */
  readAnswer(bytes: Buffer, options: RequestedAnswer): WholeAnswer;
  /** Absent: the endpoint has no streams. */
  openTap?(options: TapOptions): Tap;
  /** The events that a whole answer would have been, had it come as a stream; absent: it cannot be told. */
  eventsOf?(answer: WholeAnswer, request: ParsedRequest): Buffer[];
}
