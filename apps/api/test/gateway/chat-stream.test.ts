import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];
const usage = { promptTokens: 10, completionTokens: 20 };

function client(): OpenAI {
  return new OpenAI({ baseURL: `${world.origin}/api/v1`, apiKey: world.key, maxRetries: 0 });
}

/** The payloads that a client sees, comments and all kept apart. */
async function stream(extra: object = {}): Promise<{ text: string; events: string[]; comments: number }> {
  const answer = await world.raw('/v1/chat/completions', {
    model: 'cloud',
    messages,
    stream: true,
    ...extra,
  });
  const text = await answer.text();
  const blocks = text.split('\n\n').filter((block) => block !== '');
  return {
    text,
    events: blocks.filter((block) => !block.startsWith(':')),
    comments: blocks.filter((block) => block.startsWith(':')).length,
  };
}

const TEXT = 'Grüße aus 北京, alles gut 🎉 indeed';

describe('a stream', () => {
  test('arrives whole through openai-node, is billed by its usage, and the chunk of usage stays hidden', async () => {
    world.upstream.next({ text: TEXT, usage });
    const chunks = await client().chat.completions.create({ model: 'cloud', messages, stream: true });
    let text = '';
    for await (const chunk of chunks) {
      expect(chunk.choices.length).toBeGreaterThan(0);
      expect(chunk.usage ?? null).toBeNull();
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(TEXT);
    expect(world.upstream.requests[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
    expect(await world.lastCall()).toMatchObject({
      is_stream: true,
      input_tokens: 10,
      output_tokens: 20,
      estimated: false,
      status: 'success',
      bill: '0.0002160000',
    });
  });

  test('shows usage to a client that asks, and keeps the other stream options', async () => {
    world.upstream.next({ text: TEXT, usage });
    const chunks = await client().chat.completions.create({
      model: 'cloud',
      messages,
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
    let seen: unknown;
    for await (const chunk of chunks) seen = chunk.usage ?? seen;
    expect(seen).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 });
    expect(world.upstream.requests[0]?.body).toMatchObject({
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  test.each(['when_asked', 'always', 'finish_chunk', 'every_chunk'] as const)(
    'with usage %s is billed by it, and none reaches a client that did not ask',
    async (usagePlacement) => {
      world.upstream.next({ text: TEXT, usage, usagePlacement });
      const { text } = await stream();
      expect(text).not.toContain('prompt_tokens');
      expect(text).toMatch(/"finish_reason":"stop"/);
      expect(await world.lastCall()).toMatchObject({ input_tokens: 10, output_tokens: 20, estimated: false });
    },
  );

  test('is the same when the upstream sends it byte by byte, with noise, CRLF or no space', async () => {
    world.upstream.next({ text: TEXT, usage });
    const plain = await stream();
    const content = (events: string[]) =>
      events
        .filter((event) => !event.includes('[DONE]'))
        .map(
          (event) =>
            (JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta
              .content ?? '',
        )
        .join('');
    for (const framing of [
      { everyByte: true },
      { crlf: true },
      { noSpace: true },
      { noise: true, everyByte: true },
    ]) {
      world.upstream.next({ text: TEXT, usage, framing });
      const framed = await stream();
      expect(content(framed.events)).toBe(content(plain.events));
      expect(framed.events.length).toBe(plain.events.length);
      expect(framed.text).not.toMatch(/^(id|retry):/m);
    }
  });

  test('of an upstream that rejects stream_options is asked for again without, and remembered', async () => {
    await world.addCloudModel({ title: 'old' });
    world.upstream.script('upstream-old', { text: TEXT, rejects: ['stream_options'], usage });
    for (const round of [1, 2]) {
      const { events } = await stream({ model: 'old' });
      expect(events.at(-1)).toBe('data: [DONE]');
      expect(world.upstream.requests).toHaveLength(round + 1);
    }
    expect(await world.lastCall()).toMatchObject({ status: 'success', estimated: true });
  });

  test('passes tool calls, reasoning and several choices', async () => {
    const toolCalls = [{ id: 'call_1', name: 'weather', arguments: '{"city":"北京"}' }];
    world.upstream.next({ toolCalls, reasoning: 'hm', finishReason: 'tool_calls', usage });
    const completion = await client()
      .chat.completions.stream({ model: 'cloud', messages })
      .finalChatCompletion();
    expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      id: 'call_1',
      function: { name: 'weather', arguments: '{"city":"北京"}' },
    });
  });

  test('a whole answer with a long string that is no JSON is the fault of its upstream', async () => {
    // So long that nobody looks into it before it is needed.
    const content = `${'x'.repeat(70_000)}\\q`;
    const body = `{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"${content}"},"finish_reason":"stop"}]}`;
    world.upstream.next({ fault: { kind: 'raw', contentType: 'application/json', body } });
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages, stream: true });
    expect(answer).toMatchObject({ status: 502, json: { error: { code: 'upstream_bad_response' } } });
  });

  test('asked of an upstream that answers plain JSON is made into chunks', async () => {
    world.upstream.next({ text: TEXT, usage, ignoresStream: true });
    const completion = await client()
      .chat.completions.stream({ model: 'cloud', messages })
      .finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe(TEXT);
    expect(await world.lastCall()).toMatchObject({ input_tokens: 10, output_tokens: 20, estimated: false });
  });

  test('without [DONE] but finished is completed for the client', async () => {
    world.upstream.next({ text: TEXT, usage, fault: { kind: 'end_without_done' } });
    expect((await stream()).events.at(-1)).toBe('data: [DONE]');
    expect(await world.lastCall()).toMatchObject({ status: 'success' });
  });
});

describe('a stream that fails', () => {
  test.each([
    ['reset', { kind: 'reset_mid_stream', afterEvents: 3 }],
    ['bare end', { kind: 'end_mid_stream', afterEvents: 3 }],
    ['error event', { kind: 'error_in_stream', afterEvents: 3 }],
  ] as const)(
    'by a %s ends in an error event without [DONE], and what was delivered is billed',
    async (_name, fault) => {
      world.upstream.next({ text: TEXT, usage, fault });
      const { events, text } = await stream();
      expect(text).not.toContain('[DONE]');
      expect(events.at(-1)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"message":"/);
      const log = await world.lastCall();
      expect(log).toMatchObject({ status: 'failed', estimated: true });
      expect(Number(log?.bill)).toBeGreaterThan(0);

      world.upstream.next({ text: TEXT, usage, fault });
      const consume = async () => {
        const chunks = await client().chat.completions.create({ model: 'cloud', messages, stream: true });
        for await (const chunk of chunks) expect(chunk.object).toBe('chat.completion.chunk');
      };
      await expect(consume()).rejects.toThrow();
    },
  );

  test.each([
    ['HTML', { kind: 'html' }, 502],
    ['a 500', { kind: 'error', status: 500 }, 502],
    ['a reset before any header', { kind: 'reset_before_headers' }, 502],
  ] as const)('with %s before its first byte is answered as plain JSON', async (_name, fault, status) => {
    // What may pass in a moment is tried three times.
    world.upstream.script('upstream-cloud', { fault });
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages, stream: true });
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({ type: 'upstream_error' });
    expect(await world.lastCall()).toMatchObject({ status: 'failed', bill: '0.0000000000' });
  });

  test('with invalid UTF-8 or an endless line fails instead of filling the memory', async () => {
    for (const fault of [{ kind: 'invalid_utf8' }, { kind: 'long_line', bytes: 40 * 1024 * 1024 }] as const) {
      world.upstream.next({ fault });
      const answer = await world.raw('/v1/chat/completions', { model: 'cloud', messages, stream: true });
      expect(await answer.text()).toContain('"upstream_bad_response"');
      expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: 'upstream_bad_response' });
    }
  });
});

describe('a client that leaves', () => {
  test('mid-stream aborts the upstream within a second and is billed once for what it got', async () => {
    world.upstream.next({ text: 'word ', usage, fault: { kind: 'endless', everyMs: 10 } });
    const leave = new AbortController();
    const answer = await world.raw(
      '/v1/chat/completions',
      { model: 'cloud', messages, stream: true },
      { signal: leave.signal },
    );
    const reader = answer.body?.getReader();
    for (let chunks = 0; chunks < 5; chunks += 1) await reader?.read();
    const leftAt = performance.now();
    leave.abort();
    await world.upstream.waitFor({ aborted: 1 });
    const abortedAfterMs = (world.upstream.aborted[0]?.endedAtMs ?? Infinity) - leftAt;
    console.info(`the upstream was aborted ${abortedAfterMs.toFixed(0)} ms after the client left`);
    expect(abortedAfterMs).toBeLessThan(1000);
    await expect
      .poll(() => world.lastCall())
      .toMatchObject({
        error_code: 'client_closed',
        estimated: true,
        status: 'failed',
      });
    expect(Number((await world.lastCall())?.bill)).toBeGreaterThan(0);
  });

  /** Leaves as soon as it has seen why the answer ended, as many clients do. */
  async function leaveAtFinish(): Promise<number> {
    const leave = new AbortController();
    const body = { model: 'cloud', messages, stream: true };
    const answer = await world.raw('/v1/chat/completions', body, { signal: leave.signal });
    const reader = answer.body?.getReader();
    for (let text = ''; !text.includes('"finish_reason":"stop"');) {
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    }
    leave.abort();
    return performance.now();
  }

  test('after the finish_reason is billed by the usage that follows within a second', async () => {
    world.upstream.next({ text: 'word', usage, dripMs: 300 });
    await leaveAtFinish();
    await expect
      .poll(() => world.lastCall(), { timeout: 5000 })
      .toMatchObject({ status: 'success', input_tokens: 10, output_tokens: 20, estimated: false });
  });

  test('after the finish_reason ends the call although no usage ever follows', async () => {
    const choices = [{ index: 0, delta: { content: 'word' }, finish_reason: 'stop' }];
    const chunk = { id: 'x', object: 'chat.completion.chunk', choices };
    world.upstream.next({
      fault: {
        kind: 'raw',
        contentType: 'text/event-stream',
        body: `data: ${JSON.stringify(chunk)}\n\n`,
        staysOpen: true,
      },
    });
    const leftAt = await leaveAtFinish();
    await world.upstream.waitFor({ aborted: 1 });
    const abortedAfterMs = (world.upstream.aborted[0]?.endedAtMs ?? Infinity) - leftAt;
    console.info(`the upstream was aborted ${abortedAfterMs.toFixed(0)} ms after the client left`);
    await expect.poll(() => world.lastCall()).toMatchObject({ status: 'success', estimated: true });
  });
});

test('after all of this, the books are right', async () => {
  await world.expectBooksRight();
});
