import type { AppError } from '@aigc/shared/errors';

/** How one API tells its clients about failures and silence. */
export interface ApiStyle {
  /** The body of a failure's answer. */
  envelope(error: AppError, requestId: string): unknown;
  /** The last frame of a stream that failed. */
  streamFailure(error: AppError, requestId: string): string;
  /** Written into a stream in which nothing happens. */
  keepAlive: Buffer;
}
