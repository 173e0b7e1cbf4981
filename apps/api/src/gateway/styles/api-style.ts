import type { AppError } from '@aigc/shared/errors';
import type { RateState } from '../../limits/limiter.ts';

/** How one API tells its clients about failures and silence. */
export interface ApiStyle {
  /** The body of a failure's answer. */
  envelope(error: AppError, requestId: string): unknown;
  /** The last frame of a stream that failed. */
  streamFailure(error: AppError, requestId: string): string;
  /** Written into a stream in which nothing happens. */
  keepAlive: Buffer;
  /** Adds what is left of the limits that apply, names and values in turn. */
  addRateHeaders(head: string[], state: RateState): void;
}
