import type { IncomingMessage } from 'node:http';

/** What is left of a request's body after its refusal is read up to here, so that its client can read the refusal. */
const MAX_DISCARDED_BYTES = 256 * 1024 * 1024;

/**
 * Reads on without keeping anything: a connection that is closed with bytes unread is reset, and a client that
 * still sends would never see its answer.
 */
export function discardRest(req: IncomingMessage): void {
  let discarded = 0;
  req.on('data', (bytes: Buffer) => {
    discarded += bytes.length;
    if (discarded > MAX_DISCARDED_BYTES) req.destroy();
  });
  req.on('error', () => undefined);
  req.resume();
}
