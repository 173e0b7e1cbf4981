import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '@aigc/shared/ids';

const requestIds = new WeakMap<IncomingMessage, string>();

/** Gives a request its id and puts it on the answer, under both names that SDKs read. */
export function assignRequestId(req: IncomingMessage, res: ServerResponse): string {
  const requestId = newId('req');
  requestIds.set(req, requestId);
  res.setHeader('x-request-id', requestId);
  res.setHeader('request-id', requestId);
  return requestId;
}

/** The id that `assignRequestId` gave. */
export function requestIdOf(req: IncomingMessage): string {
  return requestIds.get(req) ?? '';
}

const currentRequest = new AsyncLocalStorage<string>();

/** Runs the work of a request so that `currentRequestId` knows it, where no request is at hand. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  return currentRequest.run(requestId, work);
}

export function currentRequestId(): string {
  return currentRequest.getStore() ?? '';
}
