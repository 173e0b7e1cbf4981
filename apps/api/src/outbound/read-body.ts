import { OutboundError } from './outbound-error.ts';
import type { OutboundResponse } from './outbound.ts';

/** Reads a whole body. More than `maxBytes` closes the connection. @throws OutboundError */
export async function readBody(response: OutboundResponse, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new OutboundError('too_large', { status: response.status });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
