import { afterEach, describe, expect, it, vi } from 'vitest';
import { addToolPiece, type ToolCall } from './chat-chunk.ts';
import { ChatFailure } from './chat-failure.ts';
import { streamChat, type ChatEvent } from './chat-stream.ts';
import { SseDecoder } from './sse-decoder.ts';

const chunk = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`;
const text = (content: string) => chunk({ choices: [{ index: 0, delta: { content } }], usage: null });
const usage = chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } });
const done = 'data: [DONE]\n\n';

/** Answers the next call with these bytes, cut into pieces of so many bytes. */
function answer(body: string, pieceBytes = Infinity, init: ResponseInit = {}) {
  const bytes = new TextEncoder().encode(body);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const step = Math.min(pieceBytes, bytes.length || 1);
      for (let at = 0; at < bytes.length; at += step) controller.enqueue(bytes.slice(at, at + step));
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(stream, init));
}

async function collect(): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of streamChat({ model: 'm' }, new AbortController().signal)) events.push(event);
  return events.filter((event) => event.type !== 'head');
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('streamChat', () => {
  it('yields text, the reason for the end and usage, wherever the bytes are cut', async () => {
    const finish = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    const body = `: hello\r\n\r\n${text('你')}${text('好 👋')}${finish}${usage}${done}`.replaceAll(
      '\n\n',
      '\r\n\r\n',
    );
    for (const pieceBytes of [1, 2, 3, 7, 64, Infinity]) {
      answer(body, pieceBytes);
      expect(await collect()).toEqual([
        { type: 'text', text: '你' },
        { type: 'text', text: '好 👋' },
        { type: 'finish', reason: 'stop' },
        { type: 'usage', usage: { promptTokens: 3, completionTokens: 2 } },
      ]);
    }
  });

  it('tells reasoning from the answer', async () => {
    answer(chunk({ choices: [{ delta: { reasoning_content: 'hm' } }] }) + text('yes') + done);
    expect(await collect()).toEqual([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'yes' },
    ]);
  });

  it('tells the call’s id, and which parameters the model was not given', async () => {
    answer(text('a') + done, Infinity, {
      headers: {
        'x-request-id': 'req_2',
        'x-aigc-params': 'mapped=a, b; dropped=seed, stop',
        'x-aigc-output-limit': '50',
      },
    });
    const events: ChatEvent[] = [];
    for await (const event of streamChat({}, new AbortController().signal)) events.push(event);
    expect(events[0]).toEqual({
      type: 'head',
      requestId: 'req_2',
      dropped: ['seed', 'stop'],
      outputLimit: 50,
    });
  });

  it('puts calls of functions together from their pieces, and tells a refusal from an answer', async () => {
    const piece = (index: number, call: object) =>
      chunk({ choices: [{ delta: { tool_calls: [{ index, ...call }] } }] });
    answer(
      piece(0, { id: 'c1', function: { name: 'f', arguments: '{"a"' } }) +
        piece(1, { id: 'c2', function: { name: 'g' } }) +
        piece(0, { function: { arguments: ':1}' } }) +
        piece(1e9, { id: 'far', function: { name: 'h' } }) +
        chunk({ choices: [{ delta: { refusal: 'No.' } }] }) +
        done,
    );
    const events = await collect();
    const calls: ToolCall[] = [];
    for (const event of events) if (event.type === 'tool') addToolPiece(calls, event);
    expect(calls).toEqual([
      { id: 'c1', name: 'f', arguments: '{"a":1}' },
      { id: 'c2', name: 'g', arguments: '' },
      { id: 'far', name: 'h', arguments: '' },
    ]);
    expect(events.at(-1)).toEqual({ type: 'refusal', text: 'No.' });
  });

  it('fails with the API’s code and words when the call is refused', async () => {
    const body = JSON.stringify({ error: { message: 'Too little.', code: 'insufficient_quota' } });
    answer(body, Infinity, { status: 402, headers: { 'x-request-id': 'req_1' } });
    await expect(collect()).rejects.toMatchObject({
      code: 'insufficient_quota',
      message: 'Too little.',
      requestId: 'req_1',
    });
  });

  it('fails with what an error event in the middle of the answer says', async () => {
    const frame = { type: 'error', error: { message: 'It hung up.', code: 'upstream_unreachable' } };
    answer(`${text('half')}event: error\ndata: ${JSON.stringify(frame)}\n\n`);
    const events: ChatEvent[] = [];
    const reading = (async () => {
      for await (const event of streamChat({}, new AbortController().signal)) events.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_unreachable', message: 'It hung up.' });
    expect(events.slice(1)).toEqual([{ type: 'text', text: 'half' }]);
  });

  it('takes an end without [DONE] for an interruption', async () => {
    answer(text('half'));
    await expect(collect()).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('says that it is offline when no answer comes', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await expect(collect()).rejects.toBeInstanceOf(ChatFailure);
    await expect(collect()).rejects.toMatchObject({ code: 'offline' });
  });

  it('shows an upstream’s refusal without a code in its own words', async () => {
    answer(JSON.stringify({ error: { message: 'Odd prompt.', code: null } }), Infinity, { status: 400 });
    await expect(collect()).rejects.toMatchObject({ code: 'upstream_rejected', message: 'Odd prompt.' });
  });

  it('makes an HTML page of a proxy a readable failure', async () => {
    answer('<html>Bad gateway</html>', Infinity, { status: 502 });
    await expect(collect()).rejects.toMatchObject({ code: 'server_error', message: '' });
  });
});

describe('SseDecoder', () => {
  it('joins data lines and drops comments, ids and empty events', () => {
    const decoder = new SseDecoder();
    expect(decoder.push('id: 1\n\n: ping\n\ndata: a\ndata: b\n\n')).toEqual([
      { event: 'message', data: 'a\nb' },
    ]);
  });
});
