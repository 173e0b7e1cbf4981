import { TRPCClientError } from '@trpc/client';
import { errorData } from './errors.ts';

/** What the error page is told about a `load` that failed; undefined for anything but a failed call. */
export function pageError(error: unknown): App.Error | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data = errorData(error);
  return {
    status: data?.httpStatus ?? 503,
    message: error.message,
    code: data?.appCode ?? 'service_unavailable',
    ...(data?.requestId ? { requestId: data.requestId } : {}),
  };
}
