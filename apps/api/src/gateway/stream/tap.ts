import type { MeteredUsage } from '@aigc/core/calls/call';
import type { AppError } from '@aigc/shared/errors';

/**
 * Stands between an upstream's stream and the client: takes bytes cut anywhere, gives back what to forward
 * (whole events only, so that keep-alives and errors can be written between them), and meters what passes.
 */
export interface Tap {
  /** Takes the next bytes; returns those to forward now, null for none. Never throws. */
  push(bytes: Buffer): Buffer | null;
  /** The upstream has ended: what is left to forward. Never throws. */
  end(): Buffer | null;
  /** The upstream has said that there is nothing more to come. */
  readonly isDone: boolean;
  /** What is wrong with the stream; once it is set, nothing more is forwarded. */
  readonly failure: AppError | null;
  /** The answer is complete, though usage may follow. */
  readonly isFinished: boolean;
  readonly hasUsage: boolean;
  /** A part of the answer has been given back to be forwarded. */
  readonly hasDelivered: boolean;
  /** From the start of the call to the first content; null: none came yet. */
  readonly ttftMs: number | null;
  /** Tokens of the call: as reported, else `estimatedPromptTokens` and an estimate of what was delivered. */
  usage(estimatedPromptTokens: number): MeteredUsage;
  /** The last events of a complete answer, which its client gets once the call is settled. */
  ending(): Buffer;
  /** How a stream that failed ends, where its form has a way of its own; null: as its API's style says. */
  failed(error: AppError): Buffer | null;
}
