/** What the mock upstream sends, as bytes made once. Sizes are those of a short chat answer. */

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
const BASE = { id: 'chatcmpl-bench0123456789abcdef', created: 1_700_000_000, model: 'bench-upstream' };
const USAGE = { prompt_tokens: 42, completion_tokens: 17, total_tokens: 59 };
const TEXT =
  'The quick brown fox jumps over the lazy dog, and the answer to the question is forty-two, as usual.';

function httpChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function event(payload: unknown): string {
  return httpChunk(`data: ${JSON.stringify(payload)}\n\n`);
}

function chunkOf(delta: unknown, finishReason: string | null): unknown {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return { ...BASE, object: 'chat.completion.chunk', system_fingerprint: 'fp_bench', choices };
}

function unary(): Buffer {
  const message = { role: 'assistant', content: TEXT, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  const body = JSON.stringify({ ...BASE, object: 'chat.completion', choices, usage: USAGE });
  return Buffer.from(`${JSON_HEAD}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const END = `${httpChunk('data: [DONE]\n\n')}0\r\n\r\n`;
const FINISH = event(chunkOf({}, 'stop'));

/** About 500 bytes with usage. */
export const UNARY_ANSWER = unary();
/** The head of a stream and the chunk that names the role. */
export const STREAM_START = Buffer.from(
  STREAM_HEAD + event(chunkOf({ role: 'assistant', content: '' }, null)),
);
/** One paced piece: about 200 bytes. */
export const STREAM_CHUNK = Buffer.from(event(chunkOf({ content: ' something' }, null)));
export const STREAM_END = Buffer.from(FINISH + END);
export const STREAM_END_WITH_USAGE = Buffer.from(
  FINISH + event({ ...BASE, object: 'chat.completion.chunk', choices: [], usage: USAGE }) + END,
);
