import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** Dense enough for text, and a page takes a few milliseconds. */
const BROTLI_QUALITY = 4;
const TYPES = /^(text\/html|application\/json|text\/sveltekit-data)\b/;

/** `br` or `gzip` if the browser takes it, by its `accept-encoding`. */
export function chooseEncoding(accepted: string | null): 'br' | 'gzip' | undefined {
  const refused = /;\s*q=0(\.0*)?\s*$/;
  const taken = (accepted ?? '')
    .split(',')
    .filter((part) => !refused.test(part))
    .map((part) => part.split(';')[0]?.trim().toLowerCase());
  return (['br', 'gzip'] as const).find((encoding) => taken.includes(encoding));
}

/**
 * The same answer, smaller, when it is a page or its data. Nothing secret that lasts is in a page beside what an address
 * can put there, so its length tells nobody anything. What the page sends early arrives early.
 */
export function compress(response: Response, accepted: string | null): Response {
  const { body, headers, status } = response;
  if (body === null || headers.has('content-encoding') || !TYPES.test(headers.get('content-type') ?? '')) {
    return response;
  }
  const compressed = new Headers(headers);
  compressed.append('vary', 'accept-encoding');
  const encoding = chooseEncoding(accepted);
  if (encoding === undefined) return new Response(body, { status, headers: compressed });
  compressed.set('content-encoding', encoding);
  compressed.delete('content-length');
  const etag = headers.get('etag');
  // Another sequence of bytes for the same page.
  if (etag !== null && !etag.startsWith('W/')) compressed.set('etag', `W/${etag}`);
  const packer =
    encoding === 'br'
      ? createBrotliCompress({
          flush: constants.BROTLI_OPERATION_FLUSH,
          params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
        })
      : createGzip({ flush: constants.Z_SYNC_FLUSH });
  const source = Readable.fromWeb(body as NodeStream<Uint8Array>);
  source.on('error', (error) => packer.destroy(error));
  packer.on('close', () => source.destroy());
  return new Response(Readable.toWeb(source.pipe(packer)) as ReadableStream<Uint8Array>, {
    status,
    headers: compressed,
  });
}
