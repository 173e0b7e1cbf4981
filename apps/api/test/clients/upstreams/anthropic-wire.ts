import { halves, listOf, objectOf, TOKENS, wordsOf, type Asked, type Said } from './scene.ts';
import { typed, type WireDialect } from './wire-dialect.ts';

type Json = Record<string, unknown>;

const HEAD = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-scene', stop_sequence: null };
const USAGE = { input_tokens: TOKENS.input, output_tokens: TOKENS.output };

/** How the product asks models for JSON that know no schema of answers: by a tool of this description or choice. */
function isJsonTool(body: Json): boolean {
  const choice = objectOf(body.tool_choice);
  const names = new Set(listOf(body.tools).map(({ name }) => name));
  return choice.type === 'tool' && names.size === 1 && /json|answer|response/i.test(String(choice.name));
}

function read(body: Json): Asked {
  const messages = listOf(body.messages);
  const last = messages.findLast(({ role }) => role === 'user');
  const parts = listOf(last?.content);
  const result = parts.find(({ type }) => type === 'tool_result');
  const format = objectOf(body.output_config).format ?? body.output_format;
  return {
    text: wordsOf(last?.content),
    hasImage: parts.some(({ type }) => type === 'image'),
    tool: (listOf(body.tools)[0]?.name as string | undefined) ?? null,
    toolResult: result === undefined ? null : wordsOf(result.content),
    wantsJson: format !== undefined || isJsonTool(body),
    isStream: body.stream === true,
  };
}

function blockOf(said: Said): { type: string } & Json {
  return 'call' in said ? { type: 'tool_use', ...said.call } : { type: 'text', text: said.text };
}

function stopReason(said: Said): string {
  return 'call' in said ? 'tool_use' : 'end_turn';
}

/** https://platform.claude.com/docs/en/api/messages */
export const anthropicWire: WireDialect = {
  dialect: 'anthropic',
  basePath: '/anthropic',
  model: 'claude-sonnet-4-5',
  read: (path, body) => (/\/messages(\?|$)/.test(path) ? read(body) : null),
  whole: (said) => ({ ...HEAD, content: [blockOf(said)], stop_reason: stopReason(said), usage: USAGE }),
  events(said) {
    const block = blockOf(said);
    const empty = 'call' in said ? { ...block, input: {} } : { ...block, text: '' };
    const deltas =
      'call' in said
        ? halves(JSON.stringify(said.call.input)).map((piece) => ({
            type: 'input_json_delta',
            partial_json: piece,
          }))
        : halves(said.text).map((text) => ({ type: 'text_delta', text }));
    const usage = { input_tokens: TOKENS.input, output_tokens: 1 };
    return [
      typed({ type: 'message_start', message: { ...HEAD, content: [], stop_reason: null, usage } }),
      typed({ type: 'content_block_start', index: 0, content_block: empty }),
      typed({ type: 'ping' }),
      ...deltas.map((delta) => typed({ type: 'content_block_delta', index: 0, delta })),
      typed({ type: 'content_block_stop', index: 0 }),
      typed({
        type: 'message_delta',
        delta: { stop_reason: stopReason(said), stop_sequence: null },
        usage: { output_tokens: TOKENS.output },
      }),
      typed({ type: 'message_stop' }),
    ];
  },
  error: (status, message) => ({
    type: 'error',
    error: { type: status === 529 || status === 503 ? 'overloaded_error' : 'invalid_request_error', message },
  }),
  other: (path) =>
    /\/messages\/count_tokens(\?|$)/.test(path)
      ? { contentType: 'application/json', body: JSON.stringify({ input_tokens: TOKENS.input }) }
      : undefined,
};
