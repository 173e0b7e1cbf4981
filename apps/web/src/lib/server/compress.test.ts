import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chooseEncoding, compress } from './compress.ts';

const html = { 'content-type': 'text/html', 'content-length': '5', etag: '"1"' };
const page = (headers: Record<string, string> = html) => new Response('<p>é</p>', { headers });
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('a page', () => {
  test('is sent in brotli to whoever takes it', async () => {
    const response = compress(page(), 'gzip, deflate, br, zstd');
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/html',
      'content-encoding': 'br',
      vary: 'accept-encoding',
      etag: 'W/"1"',
    });
    expect(brotliDecompressSync(await bytes(response)).toString()).toBe('<p>é</p>');
  });

  test('is sent in gzip to others', async () => {
    expect(gunzipSync(await bytes(compress(page(), 'gzip'))).toString()).toBe('<p>é</p>');
  });

  test('is sent as it is to whoever takes neither, and says that this may differ', async () => {
    const response = compress(page(), null);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(await response.text()).toBe('<p>é</p>');
  });

  test('keeps its status', () => {
    const response = compress(new Response('x', { status: 503, headers: html }), 'br');
    expect(response.status).toBe(503);
  });

  test('arrives as far as it is written, before its end', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const reader = compress(new Response(readable, { headers: html }), 'gzip').body?.getReader();
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('early'));
    const first = await reader?.read();
    expect(first?.value?.length).toBeGreaterThan(0);
    await writer.close();
  });
});

test('pictures and what is compressed already are left as they are', () => {
  const picture = page({ 'content-type': 'image/png' });
  const packed = page({ ...html, 'content-encoding': 'gzip' });
  expect(compress(picture, 'br')).toBe(picture);
  expect(compress(packed, 'br')).toBe(packed);
});

test.each([
  ['br;q=0, gzip', 'gzip'],
  ['BR', 'br'],
  ['deflate', undefined],
  ['', undefined],
  [null, undefined],
])('of %j, %s is chosen', (accepted, encoding) => {
  expect(chooseEncoding(accepted)).toBe(encoding);
});
