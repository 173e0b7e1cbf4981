import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AppError } from '@aigc/shared/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldsOf, filesOf, type FormFile, type FormRequest } from './form-request.ts';
import { readForm, type FormLimits } from './read-form.ts';
import { longestSeconds, soundLength } from './sound-length.ts';
import { writeForm } from './write-form.ts';

const LIMITS: FormLimits = { maxFiles: 2, maxFileBytes: 1024 * 1024 };
let read: (req: IncomingMessage) => Promise<unknown>;
const server = createServer((req, res) => {
  read(req).then(
    () => res.end(),
    () => res.writeHead(400).end(),
  );
  req.resume();
});
// A refused body may end its connection while the next request already takes it: that one would never be read.
server.maxRequestsPerSocket = 1;
let origin = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a form and returns what was read of it, or why it was refused. */
async function sent(init: RequestInit & { duplex?: 'half' }): Promise<FormRequest | AppError> {
  const { promise, resolve } = Promise.withResolvers<FormRequest | AppError>();
  read = (req) => readForm(req, LIMITS).then(resolve, resolve);
  await fetch(origin, { method: 'POST', ...init }).catch(() => undefined);
  return promise;
}

const facts = (refused: FormRequest | AppError) =>
  refused instanceof AppError
    ? { code: refused.code, message: refused.message, param: refused.options.param }
    : null;

async function refusal(init: RequestInit) {
  return facts(await sent(init));
}

async function sentForm(body: FormData): Promise<FormRequest> {
  const request = await sent({ body });
  if (request instanceof AppError) throw request;
  return request;
}

function form(): FormData {
  const data = new FormData();
  data.append('file', new Blob([Buffer.from([0, 1, 13, 10, 255])], { type: 'audio/wav' }), '会议 "1".wav');
  data.append('model', 'ours');
  data.append('timestamp_granularities[]', 'word');
  data.append('timestamp_granularities[]', 'segment');
  data.append('include[]', 'logprobs');
  data.append('prompt', '你好\r\nthere');
  return data;
}

test('files and fields are read in any order, lists by their names', async () => {
  const request = await sentForm(form());
  expect(request.parts[0]).toMatchObject({ kind: 'file', name: 'file', contentType: 'audio/wav', length: 5 });
  expect(fieldsOf(request)).toEqual({
    model: 'ours',
    timestamp_granularities: ['word', 'segment'],
    include: ['logprobs'],
    prompt: '你好\r\nthere',
  });
});

test('a form that is framed anew says the same, but for the fields that were set', async () => {
  const request = await sentForm(form());
  const written = writeForm(request, { model: 'theirs', extra: 'x' });
  const again = await sent({
    headers: { 'content-type': written.contentType },
    body: Buffer.concat([...written.body]),
  });
  if (again instanceof AppError) throw again;
  const plain = ({ parts }: FormRequest) =>
    parts.map((part) =>
      part.kind === 'file' ? { ...part, pieces: [Buffer.concat([...part.pieces])] } : part,
    );
  const expected = plain(request).map((part) =>
    part.name === 'model' ? { ...part, value: 'theirs' } : part,
  );
  expect(plain(again)).toEqual([{ kind: 'field', name: 'extra', value: 'x' }, ...expected]);
});

test('a field that is set replaces all that bear its name', () => {
  const field = (value: string) => ({ kind: 'field', name: 'model', value }) as const;
  const { body } = writeForm({ parts: [field('a'), field('b')] }, { model: 'c' });
  const text = Buffer.concat([...body]).toString();
  expect(text.match(/name="model"/g)).toHaveLength(1);
  expect(text).not.toMatch(/\r\n[ab]\r\n/);
});

test('names cannot break out of their quotes', () => {
  const file: FormFile = {
    kind: 'file',
    name: 'a"\r\nx-evil: 1',
    filename: '"\r\n\r\nboo',
    contentType: 'text/plain\r\nx-evil: 2',
    pieces: [],
    length: 0,
  };
  const text = Buffer.concat([...writeForm({ parts: [file] }, {}).body]).toString();
  expect(text).not.toMatch(/\r\nx-evil/);
  expect(text).toContain('application/octet-stream');
});

test('files above the limit are refused by name, announced or not', async () => {
  const data = new FormData();
  data.append('file', new Blob([Buffer.alloc(5 * 1024 * 1024)]), 'a.wav');
  expect(await refusal({ body: data })).toMatchObject({
    code: 'body_too_large',
    message: expect.stringMatching(/1 MiB/),
  });
  const framed = new Response(data);
  const unannounced = await sent({
    headers: { 'content-type': framed.headers.get('content-type') ?? '' },
    body: framed.body,
    duplex: 'half',
  });
  expect(facts(unannounced)).toMatchObject({ code: 'body_too_large' });
});

test('fields count too: a form of any length is refused above the limit, announced or not', async () => {
  const data = new FormData();
  for (let index = 0; index < 8; index += 1) data.append(`field-${index}`, 'x'.repeat(1_000_000));
  const framed = new Response(data);
  const unannounced = await sent({
    headers: { 'content-type': framed.headers.get('content-type') ?? '' },
    body: framed.body,
    duplex: 'half',
  });
  expect(facts(unannounced)).toMatchObject({ code: 'body_too_large' });
});

test('bytes without a file name are a file, and can be sent on', async () => {
  const head =
    '--b\r\ncontent-disposition: form-data; name="file"\r\ncontent-type: application/octet-stream\r\n\r\n';
  const request = await sent({
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: `${head}abc\r\n--b--\r\n`,
  });
  if (request instanceof AppError) throw request;
  expect(filesOf(request)).toMatchObject([{ name: 'file', length: 3 }]);
  expect(Buffer.concat([...writeForm(request, {}).body]).toString()).toContain('name="file"; filename=""');
});

test('too many files, another type, a missing boundary and a cut form are refused by name', async () => {
  const many = new FormData();
  for (const name of ['a', 'b', 'c']) many.append('image[]', new Blob(['x']), name);
  expect(await refusal({ body: many })).toMatchObject({
    code: 'invalid_field',
    message: expect.stringMatching(/2 files/),
  });
  expect(await refusal({ body: '{}', headers: { 'content-type': 'application/json' } })).toMatchObject({
    code: 'unsupported_media_type',
  });
  expect(await refusal({ body: 'x', headers: { 'content-type': 'multipart/form-data' } })).toMatchObject({
    code: 'invalid_field',
    param: 'content-type',
  });
  const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf';
  expect(
    await sent({ body: cut, headers: { 'content-type': 'multipart/form-data; boundary=b' } }),
  ).toMatchObject({
    code: 'invalid_field',
    message: expect.stringMatching(/malformed/),
  });
});

/** 16-bit mono at 8 kHz. */
function wave(seconds: number): Buffer {
  const data = Buffer.alloc(seconds * 16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const file = (bytes: Buffer): FormFile => ({
  kind: 'file',
  name: 'file',
  filename: 'a',
  contentType: 'audio/wav',
  pieces: [bytes.subarray(0, 10), bytes.subarray(10)],
  length: bytes.length,
});

test('the length of a WAV file is told by its samples, whatever its header claims', () => {
  expect(soundLength(file(wave(3)))).toEqual({ seconds: 3, isEstimate: false });
  const lying = wave(3);
  lying.writeUInt32LE(0xffffffff, 28);
  lying.writeUInt32LE(1, 40);
  expect(longestSeconds(file(lying))).toBe(3);
});

test('other files are estimated by their size, and bounded by the tightest packing', () => {
  const mp3 = file(Buffer.alloc(80_000, 1));
  expect(soundLength(mp3)).toEqual({ seconds: 10, isEstimate: true });
  expect(longestSeconds(mp3)).toBeGreaterThan(100);
  const packed = wave(3);
  packed.writeUInt16LE(17, 20);
  expect(soundLength(file(packed)).isEstimate).toBe(true);
});

test('only files are files', async () => {
  expect(filesOf(await sentForm(form()))).toHaveLength(1);
});
