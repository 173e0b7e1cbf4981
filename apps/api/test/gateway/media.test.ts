import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
let client: OpenAI;

/** A model of a type that has no tokens, with a price of its own. */
async function addModel(title: string, type: string, price: Record<string, string>): Promise<void> {
  await world.addCloudModel({ title, inputPrice: '0', outputPrice: '0' });
  const [[name, amount] = ['', '']] = Object.entries(price);
  await world.query(`update aigcspace.models set type = ?, ${name} = ? where title = ?`, [
    type,
    amount,
    title,
  ]);
}

beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
  await addModel('painter', 'image', { image_price: '0.04' });
  await addModel('speaker', 'speech', { character_price: '15' });
  await addModel('listener', 'transcription', { audio_second_price: '0.0001' });
  await addModel('token-listener', 'transcription', { audio_input_price: '3' });
  await world.query("update aigcspace.models set output_price = 10 where title = 'token-listener'");
  await addModel('token-speaker', 'speech', { audio_output_price: '12' });
  await world.query("update aigcspace.models set input_price = 1 where title = 'token-speaker'");
  await addModel('ranker', 'rerank', { call_price: '0.002' });
  await addModel('judge', 'moderation', { call_price: '0.001' });
  await world.refresh();
  client = new OpenAI({ baseURL: `${world.origin}/v1`, apiKey: world.key, maxRetries: 0 });
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const raw = (contentType: string, body: string | Buffer, more = {}) => ({
  fault: { kind: 'raw', contentType, body, ...more } as const,
});
const json = (value: unknown) => raw('application/json', JSON.stringify(value));
const sse = (...events: object[]) =>
  raw('text/event-stream', events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));

/** One second of silence: 16-bit mono at 8 kHz. */
function wave(seconds = 1): Buffer<ArrayBuffer> {
  const head = Buffer.from('UklGRgAAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=', 'base64');
  return Buffer.concat([head, Buffer.alloc(seconds * 16_000)]);
}

test('images are counted, billed one by one, and pass as they came', async () => {
  world.upstream.next(json({ created: 1, data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }] }));
  const answer = await client.images.generate({ model: 'painter', prompt: 'A cat', n: 2 });
  expect(answer.data).toEqual([{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }]);
  expect(world.upstream.requests[0]).toMatchObject({
    path: '/v1/images/generations',
    body: { model: 'upstream-painter', prompt: 'A cat', n: 2 },
  });
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'images/generations',
    usage_details: { images: 2 },
    estimated: false,
    bill: '0.0800000000',
  });
});

test('a stream of images is metered by its last event, which comes once the call is settled', async () => {
  const usage = { input_tokens: 7, output_tokens: 100, total_tokens: 107 };
  world.upstream.next(
    sse(
      { type: 'image_generation.partial_image', b64_json: 'AA', partial_image_index: 0 },
      { type: 'image_generation.completed', b64_json: 'BB', usage },
    ),
  );
  const stream = await client.images.generate({ model: 'painter', prompt: 'A cat', stream: true });
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  expect(await world.lastCall()).toMatchObject({
    status: 'success',
    input_tokens: 7,
    output_tokens: 100,
    usage_details: { images: 1 },
  });
});

test('an edit is framed anew with the upstream name of the model, and its images pass', async () => {
  world.upstream.next(json({ created: 1, data: [{ b64_json: 'AAAA' }] }));
  const image = [await toFile(Buffer.from('first'), 'a.png'), await toFile(Buffer.from('second'), 'b.png')];
  await client.images.edit({ model: 'painter', prompt: 'Bigger', image });
  const { path, bodyText, headers } = world.upstream.requests[0] ?? { path: '', bodyText: '', headers: {} };
  expect(path).toBe('/v1/images/edits');
  expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(bodyText.match(/name="image\[\]"; filename="[ab]\.png"/g)).toHaveLength(2);
  expect(bodyText).toContain('first');
  expect(bodyText).toMatch(/name="model"\r\n\r\nupstream-painter\r\n/);
  expect(await world.lastCall()).toMatchObject({ endpoint: 'images/edits', bill: '0.0400000000' });
});

test('speech passes as sound while it comes, and ends once its characters are billed', async () => {
  world.upstream.next(raw('audio/mpeg', 'sound', { staysOpen: true }));
  const left = new AbortController();
  const answer = await world.raw(
    '/v1/audio/speech',
    { model: 'speaker', input: '你好 there', voice: 'alloy' },
    { signal: left.signal },
  );
  expect(answer.headers.get('content-type')).toBe('audio/mpeg');
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('sound');
  left.abort();
  await expect
    .poll(async () => (await world.lastCall())?.usage_details, { timeout: 10_000 })
    .toEqual({ characters: 8 });
  expect(await world.lastCall()).toMatchObject({ status: 'failed', bill: '0.0001200000' });

  world.upstream.next(raw('audio/mpeg', 'whole'));
  const whole = await client.audio.speech.create({ model: 'speaker', input: 'abcd', voice: 'alloy' });
  expect(await whole.text()).toBe('whole');
  expect(await world.lastCall()).toMatchObject({ status: 'success', bill: '0.0000600000' });
});

test('speech that breaks off is cut, so that nobody takes a part for the whole', async () => {
  world.upstream.next({ ...raw('audio/mpeg', 'sou', { staysOpen: true }) });
  world.setDeadlines({ bodyIdleTimeoutMs: 500 });
  const answer = await world.raw('/v1/audio/speech', { model: 'speaker', input: 'abcd', voice: 'alloy' });
  await expect(answer.arrayBuffer()).rejects.toThrow();
  world.setDeadlines({ bodyIdleTimeoutMs: 120_000 });
  await expect.poll(async () => (await world.lastCall())?.status, { timeout: 10_000 }).toBe('failed');
});

test('speech as JSON is no speech', async () => {
  world.upstream.next(json({ error: { message: 'no' } }));
  expect(await world.post('/v1/audio/speech', { model: 'speaker', input: 'a', voice: 'b' })).toMatchObject({
    status: 502,
    json: { error: { code: 'upstream_bad_response' } },
  });
});

test('speech as events reports its tokens', async () => {
  const usage = { input_tokens: 3, output_tokens: 50, total_tokens: 53 };
  world.upstream.next(
    sse({ type: 'speech.audio.delta', audio: 'AAAA' }, { type: 'speech.audio.done', usage }),
  );
  const answer = await world.raw('/v1/audio/speech', {
    model: 'speaker',
    input: 'abcd',
    voice: 'alloy',
    stream_format: 'sse',
  });
  expect(await answer.text()).toMatch(/speech\.audio\.delta[^]*speech\.audio\.done/);
  expect(await world.lastCall()).toMatchObject({
    status: 'success',
    input_tokens: 3,
    output_tokens: 50,
    usage_details: { characters: 4 },
  });
});

test('a transcription is billed by the seconds that its upstream reports', async () => {
  world.upstream.next(json({ text: 'Hello', usage: { type: 'duration', seconds: 9.2 } }));
  const answer = await client.audio.transcriptions.create({
    file: await toFile(wave(), 'a.wav'),
    model: 'listener',
    response_format: 'json',
    timestamp_granularities: ['word'],
    include: ['logprobs'],
  });
  expect(answer.text).toBe('Hello');
  const { bodyText } = world.upstream.requests[0] ?? { bodyText: '' };
  expect(bodyText).toMatch(/name="model"\r\n\r\nupstream-listener\r\n/);
  expect(bodyText).toContain('name="timestamp_granularities[]"');
  expect(bodyText).toContain('name="include[]"');
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'audio/transcriptions',
    usage_details: { audioSeconds: 10 },
    estimated: false,
    bill: '0.0010000000',
  });
});

test('the model may come after the file, and a WAV file tells its own length', async () => {
  const form = new FormData();
  form.append('file', new Blob([wave(2)]), 'a.wav');
  form.append('model', 'listener');
  world.upstream.next(json({ text: 'Hello' }));
  const answer = await fetch(`${world.origin}/v1/audio/translations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}` },
    body: form,
  });
  expect(await answer.json()).toEqual({ text: 'Hello' });
  expect(world.upstream.requests[0]?.path).toBe('/v1/audio/translations');
  expect(await world.lastCall()).toMatchObject({ usage_details: { audioSeconds: 2 }, estimated: false });
});

test.each([
  ['text', 'Hello\n', 'text/plain; charset=utf-8'],
  ['srt', '1\n00:00:00,000 --> 00:00:01,000\nHello\n', 'text/plain; charset=utf-8'],
  ['vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n', 'text/vtt; charset=utf-8'],
] as const)('%s is text, and does not claim to be JSON', async (format, body, type) => {
  world.upstream.next(raw('text/plain', body));
  const file = await toFile(Buffer.alloc(16_000, 1), 'a.mp3');
  const { data, response } = await client.audio.transcriptions
    .create({ file, model: 'listener', response_format: format })
    .withResponse();
  expect(data).toBe(body);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await world.lastCall()).toMatchObject({ usage_details: { audioSeconds: 2 }, estimated: true });
});

test.each(['json', 'text'] as const)(
  'a transcription sold by tokens is billed when its %s reports none',
  async (format) => {
    world.upstream.next(format === 'json' ? json({ text: 'Hi there' }) : raw('text/plain', 'Hi there'));
    const file = await toFile(wave(2), 'a.wav');
    await client.audio.transcriptions.create({ file, model: 'token-listener', response_format: format });
    expect(await world.lastCall()).toMatchObject({
      input_tokens: 20,
      output_tokens: 2,
      usage_details: { audioSeconds: 2, audioInputTokens: 20 },
      estimated: true,
      bill: '0.0000800000',
    });
  },
);

test('speech sold by tokens is billed although sound reports none', async () => {
  world.upstream.next(raw('audio/mpeg', 'sound'));
  const answer = await client.audio.speech.create({
    model: 'token-speaker',
    voice: 'coral',
    input: '12345678',
  });
  expect(await answer.text()).toBe('sound');
  await expect
    .poll(() => world.lastCall(), { timeout: 10_000 })
    .toMatchObject({
      endpoint: 'audio/speech',
      input_tokens: 2,
      output_tokens: 10,
      usage_details: { characters: 8, audioOutputTokens: 10 },
      estimated: true,
      bill: '0.0001220000',
    });
});

test('a streaming transcription that is answered at once becomes a stream, and is billed', async () => {
  for (const [answer, seconds] of [
    [{ text: 'Grüße', usage: { type: 'duration', seconds: 9.2 } }, 10],
    [{ text: 'Grüße', duration: 4 }, 4],
    [{ text: 'Grüße' }, 1],
  ] as const) {
    world.upstream.next(json(answer));
    const file = await toFile(wave(), 'a.wav');
    const stream = await client.audio.transcriptions.create({ file, model: 'listener', stream: true });
    const events: [string, string | undefined][] = [];
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') events.push([event.type, event.delta]);
      if (event.type === 'transcript.text.done') events.push([event.type, event.text]);
    }
    expect(events).toEqual([
      ['transcript.text.delta', 'Grüße'],
      ['transcript.text.done', 'Grüße'],
    ]);
    expect(await world.lastCall()).toMatchObject({
      status: 'success',
      usage_details: { audioSeconds: seconds },
      estimated: false,
    });
  }
});

test('images that are answered at once where a stream was asked for become one, and are billed', async () => {
  const usage = { input_tokens: 3, output_tokens: 4 };
  world.upstream.next(json({ created: 1, data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }], usage }));
  const stream = await client.images.generate({ model: 'painter', prompt: 'A cat', n: 2, stream: true });
  const images: string[] = [];
  for await (const event of stream)
    if (event.type === 'image_generation.completed') images.push(event.b64_json);
  expect(images).toEqual(['AAAA', 'BBBB']);
  expect(await world.lastCall()).toMatchObject({
    status: 'success',
    usage_details: { images: 2 },
    input_tokens: 3,
    output_tokens: 4,
    bill: '0.0800000000',
  });
});

test('a streamed transcription reports its tokens last', async () => {
  const usage = {
    type: 'tokens',
    input_tokens: 14,
    output_tokens: 5,
    input_token_details: { audio_tokens: 12 },
  };
  world.upstream.next(
    sse(
      { type: 'transcript.text.delta', delta: 'Hel' },
      { type: 'transcript.text.done', text: 'Hello', usage },
    ),
  );
  const stream = await client.audio.transcriptions.create({
    file: await toFile(wave(), 'a.wav'),
    model: 'listener',
    stream: true,
  });
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  expect(types).toEqual(['transcript.text.delta', 'transcript.text.done']);
  expect(await world.lastCall()).toMatchObject({
    status: 'success',
    input_tokens: 14,
    output_tokens: 5,
    // Sold by the second: the file tells how many.
    usage_details: { audioSeconds: 1, audioInputTokens: 12 },
    estimated: false,
    bill: '0.0001000000',
  });
});

test('documents are ranked, and billed by call', async () => {
  const results = [{ index: 1, relevance_score: 0.9 }];
  world.upstream.next(json({ results, usage: { total_tokens: 12 } }));
  const answer = await world.post('/v1/rerank', {
    model: 'ranker',
    query: 'cat',
    documents: ['dog', 'cat'],
    top_n: 1,
  });
  expect(answer).toMatchObject({ status: 200, json: { results } });
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'rerank',
    input_tokens: 12,
    usage_details: { calls: 1 },
    bill: '0.0020000000',
  });
});

test('moderations pass', async () => {
  world.upstream.next(json({ id: 'modr-1', model: 'm', results: [{ flagged: false }] }));
  const answer = await client.moderations.create({ model: 'judge', input: ['a', 'b'] });
  expect(answer.results[0]?.flagged).toBe(false);
  expect(await world.lastCall()).toMatchObject({ endpoint: 'moderations', bill: '0.0010000000' });
});

test.each([
  ['images/generations', { model: 'painter' }, 'missing_field', 'prompt'],
  ['images/generations', { model: 'painter', prompt: 'a', n: 99 }, 'invalid_field', 'n'],
  ['images/generations', { model: 'cloud', prompt: 'a' }, 'invalid_field', 'model'],
  ['audio/speech', { model: 'speaker' }, 'missing_field', 'input'],
  ['audio/speech', { model: 'speaker', input: 'a', stream_format: 'x' }, 'invalid_field', 'stream_format'],
  ['rerank', { model: 'ranker', documents: ['a'] }, 'missing_field', 'query'],
  ['rerank', { model: 'ranker', query: 'a', documents: [] }, 'invalid_field', 'documents'],
  ['rerank', { query: 'a', documents: ['a'] }, 'missing_field', 'model'],
  ['moderations', { model: 'judge' }, 'missing_field', 'input'],
])('%s %j is refused by name', async (path, body, code, param) => {
  expect(await world.post(`/v1/${path}`, body)).toMatchObject({
    status: 400,
    json: { error: { code, param } },
  });
});

test('a form without its file, of another type, or above the limit is refused by name', async () => {
  const send = async (body: FormData | string, path = 'audio/transcriptions') => {
    const answer = await fetch(`${world.origin}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.key}` },
      body,
    });
    return { status: answer.status, json: await answer.json() };
  };
  const form = new FormData();
  form.append('model', 'listener');
  expect(await send(form)).toMatchObject({ status: 400, json: { error: { param: 'file' } } });
  expect(await send(form, 'images/edits')).toMatchObject({
    status: 400,
    json: { error: { param: 'image' } },
  });
  expect(await send('{}')).toMatchObject({ status: 415 });
  form.append('file', new Blob([Buffer.alloc(26 * 1024 * 1024)]), 'a.wav');
  expect(await send(form)).toMatchObject({
    status: 413,
    json: { error: { code: 'body_too_large', message: expect.stringContaining('25 MiB') } },
  });
});

test('what a call can cost at most is set aside, whatever its kind', async () => {
  const poor = await world.createUser();
  await world.topUp('0.1', poor.userId);
  const headers = { authorization: `Bearer ${poor.key}` };
  const refused = { status: 402, json: { error: { code: 'insufficient_quota' } } };
  expect(
    await world.post('/v1/images/generations', { model: 'painter', prompt: 'a', n: 3 }, headers),
  ).toMatchObject(refused);
  const input = 'x'.repeat(10_000);
  expect(
    await world.post('/v1/audio/speech', { model: 'speaker', input, voice: 'a' }, headers),
  ).toMatchObject(refused);
  const form = new FormData();
  // Nobody knows how long an MP3 is before it is heard: this one could last for hours.
  form.append('file', new Blob([Buffer.alloc(1_000_000, 1)]), 'a.mp3');
  form.append('model', 'listener');
  const answer = await fetch(`${world.origin}/v1/audio/transcriptions`, {
    method: 'POST',
    headers,
    body: form,
  });
  expect(answer.status).toBe(402);
  expect(world.upstream.requests).toHaveLength(0);
});

test('speech that is repeated by its Idempotency-Key is the same, byte for byte', async () => {
  const sound = Buffer.from([0xff, 0xfb, 0x90, 0x00, 0xc3, 0x28, 0x00]);
  world.upstream.next(raw('audio/mpeg', sound));
  const headers = { 'idempotency-key': 'spoken-once' };
  for (let time = 0; time < 2; time += 1) {
    const body = { model: 'speaker', input: 'abcd', voice: 'alloy' };
    const answer = await client.audio.speech.create(body, { headers });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(sound);
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    await world.lastCall();
  }
  expect(world.upstream.requests).toHaveLength(1);
});

test('a repeated form with the same Idempotency-Key is heard once, and another file is another request', async () => {
  const send = async (bytes: Buffer<ArrayBuffer>) => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'a.wav');
    form.append('model', 'listener');
    const headers = { authorization: `Bearer ${world.key}`, 'idempotency-key': 'form-1' };
    const answer = await fetch(`${world.origin}/v1/audio/transcriptions`, {
      method: 'POST',
      headers,
      body: form,
    });
    return { status: answer.status, json: await answer.json() };
  };
  world.upstream.next(json({ text: 'Hello' }));
  expect(await send(wave())).toEqual({ status: 200, json: { text: 'Hello' } });
  expect(await send(wave())).toEqual({ status: 200, json: { text: 'Hello' } });
  const other = wave();
  other[100] = 1;
  expect(await send(other)).toMatchObject({ status: 409 });
  expect(world.upstream.requests).toHaveLength(1);
});

test('a form is sent again, whole, when the upstream falters', async () => {
  world.upstream.next({ fault: { kind: 'error', status: 503 } }, json({ text: 'Hello' }));
  const file = await toFile(wave(), 'a.wav');
  const answer = await client.audio.transcriptions.create({ file, model: 'listener' });
  expect(answer.text).toBe('Hello');
  const [first, second] = world.upstream.requests;
  expect(second?.bodyText.length).toBe(first?.bodyText.length);
});

test('a sound larger than what sockets hold reaches a client that begins late, to its last byte', async () => {
  const sound = 'x'.repeat(8 * 1024 * 1024);
  world.upstream.next(raw('audio/mpeg', sound));
  const answer = await world.raw('/v1/audio/speech', { model: 'speaker', input: 'a', voice: 'b' });
  await sleep(50);
  expect((await answer.arrayBuffer()).byteLength).toBe(sound.length);
});

test('the books are right', () => world.expectBooksRight());
