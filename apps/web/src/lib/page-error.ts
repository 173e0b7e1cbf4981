import { TRPCClientError } from '@trpc/client';
import { errorData } from './errors.ts';

/** Words of browsers for a part of the page, or its data, that could not be fetched. */
const UNFETCHED = /fetch|import|network|load failed/i;

/**
 * What the error page is told about a failure: of a `load` that failed, what the API said; of anything else that it is
 * the panel's own fault, with a number under which it stands in the log or the browser's console.
 */
export function pageError(error: unknown, incidentId: string): App.Error {
  if (error instanceof TypeError && UNFETCHED.test(error.message)) {
    return { status: 503, message: error.message, code: 'offline' };
  }
  if (!(error instanceof TRPCClientError)) {
    return { status: 500, message: 'The page has a fault.', code: 'panel_fault', requestId: incidentId };
  }
  const data = errorData(error);
  return {
    status: data?.httpStatus ?? 503,
    message: error.message,
    code: data?.appCode ?? 'offline',
    ...(data?.requestId ? { requestId: data.requestId } : {}),
  };
}

/** Whether the failure is one of the panel itself, which its developers should hear of. */
export const isPanelFault = ({ code }: App.Error): boolean => code === 'panel_fault';
