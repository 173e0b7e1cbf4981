import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

/** What a model behind Anthropic's protocol answers, whatever it is asked. */
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
};

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('5');
  await world.query(
    `with p as (insert into aigcspace.providers (name, dialect, base_url) values ('Other protocol', 'anthropic', ?) returning id)
     insert into aigcspace.models (title, provider_id, upstream_model, is_api_enabled, input_price, output_price, max_output_tokens)
     select 'mapped', id, 'claude', true, 1, 1, 1000 from p`,
    [world.upstream.baseUrl],
  );
  await world.refresh();
});
beforeEach(() => {
  world.upstream.reset();
  world.upstream.script('claude', {
    fault: { kind: 'raw', contentType: 'application/json', body: JSON.stringify(MESSAGE) },
  });
});
afterAll(() => world.close());

const REQUEST = {
  model: 'mapped',
  messages: [{ role: 'user', content: 'Hi' }],
  stop: 'x',
  logit_bias: { 5: 1 },
};

test('what a dialect carries otherwise, and what it leaves out, stands in x-aigc-params', async () => {
  const answer = await world.post('/v1/chat/completions', REQUEST);
  expect(answer.status).toBe(200);
  const header = answer.headers.get('x-aigc-params') ?? '';
  expect(header).toMatch(/mapped=[^;]*\bstop\b/);
  expect(header).toMatch(/dropped=[^;]*\blogit_bias\b/);
  expect(answer.headers.get('access-control-expose-headers')).toContain('x-aigc-params');
});

test('a strict caller is refused with the parameter’s name before the upstream is called', async () => {
  const answer = await world.post('/v1/chat/completions', REQUEST, { 'x-aigc-strict': 'true' });
  expect(answer.status).toBe(400);
  expect(answer.json.error).toMatchObject({ code: 'unsupported_parameter', param: 'logit_bias' });
  expect(answer.headers.get('x-aigc-params')).toContain('dropped=logit_bias');
  expect(world.upstream.requests).toHaveLength(0);
  expect(await world.lastCall()).toMatchObject({ bill: '0.0000000000', error_code: 'unsupported_parameter' });
  await world.expectBooksRight();
});

test('a key can be strict for all its calls, and a request without such parameters passes', async () => {
  await world.query('update aigcspace.platform_api_key set strict_parameters = true where id = ?', [
    world.keyId,
  ]);
  await world.refresh();
  expect((await world.post('/v1/chat/completions', REQUEST)).status).toBe(400);
  const { logit_bias: _dropped, ...rest } = REQUEST;
  expect((await world.post('/v1/chat/completions', rest)).status).toBe(200);
  await world.query('update aigcspace.platform_api_key set strict_parameters = false where id = ?', [
    world.keyId,
  ]);
  await world.refresh();
  expect((await world.post('/v1/chat/completions', REQUEST)).status).toBe(200);
});

test('where parameters travel as they are, nothing is told and strictness refuses nothing', async () => {
  const answer = await world.post(
    '/v1/chat/completions',
    { ...REQUEST, model: 'cloud' },
    { 'x-aigc-strict': 'true' },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-aigc-params')).toBeNull();
});
