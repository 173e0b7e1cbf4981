import type { IncomingMessage } from 'node:http';
import { AppError } from '@aigc/shared/errors';
import { GrowingBuffer } from '../stream/growing-buffer.ts';

function tooLarge(maxBytes: number): AppError {
  const limit = `${Math.floor(maxBytes / 1024 / 1024)} MiB`;
  return new AppError('body_too_large', `The request body is larger than the limit of ${limit}.`);
}

/** After so many pieces, small ones are put together: a body in pieces of one byte would take a hundred times its size. */
const MANY_PARTS = 64;

/**
 * Reads a request's body as it comes, refusing it as soon as it is known to be too large.
 * @throws AppError `body_too_large`, `unsupported_media_type`, `client_closed`
 */
export function readBodyParts(req: IncomingMessage, maxBytes: number): Promise<readonly Buffer[]> {
  const { 'content-encoding': encoding, 'content-length': length } = req.headers;
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Compressed request bodies are not accepted.', {
      param: 'content-encoding',
    });
  }
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
  // On events: an iterator over the request would cost a turn for every piece.
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const rest = new GrowingBuffer();
    let size = 0;
    const onData = (part: Buffer): void => {
      size += part.length;
      if (size <= maxBytes) {
        if (parts.length < MANY_PARTS) parts.push(part);
        else rest.append(part);
      } else {
        req.off('data', onData);
        reject(tooLarge(maxBytes));
      }
    };
    const onLost = (cause?: unknown): void => {
      // Every request is closed at its end.
      if (req.complete) return;
      const message = 'The client closed the connection before its request was complete.';
      reject(new AppError('client_closed', message, { cause }));
    };
    req.on('data', onData);
    req.on('error', onLost);
    req.on('close', onLost);
    req.on('end', () => resolve(rest.length === 0 ? parts : [...parts, ...rest.takePieces()]));
  });
}

/** Reads a request's body in one piece. @throws AppError as `readBodyParts` does */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts = await readBodyParts(req, maxBytes);
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
