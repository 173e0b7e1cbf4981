import { TRPCClientError } from '@trpc/client';

/** What the typed client tells of a call that fails. */
export interface Failure {
  httpStatus: number;
  appCode: string;
  param?: string;
  fieldErrors?: Record<string, string>;
  message: string;
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return { ...(error.data as Failure), message: error.message };
  }
  throw new Error('the call did not fail');
}
