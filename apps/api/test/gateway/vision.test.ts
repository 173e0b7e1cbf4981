import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const image = (format: 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' | 'avif', side = 8) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#37c' } })
    .toFormat(format)
    .toBuffer();

async function upload(fields: Record<string, string | Buffer>, headers: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), 'upload.bin');
  }
  const answer = await fetch(`${world.origin}/api/v1/vision/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, ...headers },
    body: form,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, never> };
}

interface SentPart {
  type: string;
  text?: string;
  image_url?: { url: string };
}

function sentParts(): SentPart[] {
  const body = world.upstream.requests.at(-1)?.body as { messages: { content: SentPart[] }[] };
  return body.messages[0]?.content ?? [];
}

test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
  'a %s is taken and sent as a data URL',
  async (format) => {
    const answer = await upload({ image: await image(format), prompt: 'What is it?', model: 'local' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      object: 'chat.completion',
      objects: [],
      recognition_id: expect.stringMatching(/^req_/) as string,
    });
    const [text, picture] = sentParts();
    expect(text).toEqual({ type: 'text', text: 'What is it?' });
    expect(picture?.image_url?.url).toMatch(/^data:image\/(jpeg|png);base64,/);
  },
);

test('a large image is scaled down to 2048 pixels', async () => {
  await upload({ model: 'local', image: await image('png', 5000) });
  const data = sentParts()[1]?.image_url?.url.split(',')[1] ?? '';
  expect(await sharp(Buffer.from(data, 'base64')).metadata()).toMatchObject({ width: 2048, height: 2048 });
});

test('prompt and model are optional: a default in the language of the client, and the active vision model', async () => {
  await upload({ image: await image('png'), model: 'local' }, { 'accept-language': 'zh-CN' });
  expect(sentParts()[0]?.text).toBe('请描述这张图片。');
  expect((await upload({ image: await image('png') })).status).toBe(200);
  expect(await world.lastCall()).toMatchObject({ model_name: 'demo-vision', endpoint: 'vision/completions' });
});

test('JSON with a data URL or bare base64 does the same', async () => {
  const base64 = (await image('png')).toString('base64');
  for (const value of [base64, `data:image/png;base64,${base64}`]) {
    const answer = await world.post('/v1/vision/completions', {
      image: value,
      prompt: 'x',
      model: 'local',
      temperature: 0,
    });
    expect(answer.status).toBe(200);
    expect(world.upstream.requests.at(-1)?.body).toMatchObject({ temperature: 0 });
  }
});

test('what is no image, too large, missing, or an address is refused with the limit and the field', async () => {
  const refusals = [
    [await upload({ image: Buffer.from('not an image'), model: 'local' }), 'invalid_image'],
    [await upload({ image: Buffer.alloc(21 * 1024 * 1024), model: 'local' }), 'image_too_large'],
    [await upload({ prompt: 'x', model: 'local' }), 'missing_field'],
    [await world.post('/v1/vision/completions', { image: 'https://example.com/a.png' }), 'invalid_image'],
    [await world.post('/v1/vision/completions', { prompt: 'x' }), 'missing_field'],
    [await world.post('/v1/vision/completions', { image: '' }), 'missing_field'],
    [await world.post('/v1/vision/completions', { image: 5 }), 'invalid_field'],
  ] as const;
  for (const [answer, code] of refusals) {
    expect(answer).toMatchObject({ status: 400, json: { error: { code, param: 'image' } } });
  }
  expect(refusals[1]?.[0].json).toMatchObject({
    error: { message: expect.stringContaining('20 MiB') as string },
  });
  expect(world.upstream.requests).toHaveLength(0);
});

test('a broken multipart form is refused and the connection stays usable', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const answer = await world.post('/v1/vision/completions', 'no parts at all', headers);
  expect(answer.status).toBe(400);
  const unfinished = '--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nabc';
  expect((await world.post('/v1/vision/completions', unfinished, headers)).status).toBe(400);
});
