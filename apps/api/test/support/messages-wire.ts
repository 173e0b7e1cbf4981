import type { WireAnswer } from './wire-upstream.ts';

/** Answers as Anthropic's API writes them: https://platform.claude.com/docs/en/api/messages/create */

const USAGE = {
  input_tokens: 10,
  cache_creation_input_tokens: 200,
  cache_read_input_tokens: 1000,
  output_tokens: 1,
};

export interface MessageOptions {
  usage?: Record<string, unknown>;
  stopReason?: string;
}

function head(usage: Record<string, unknown>) {
  return {
    id: 'msg_upstream',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [] as unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage,
  };
}

/** A whole message. */
export function wholeMessage(content: unknown[], options: MessageOptions = {}): WireAnswer {
  const usage = { ...USAGE, output_tokens: 20, ...options.usage };
  return { json: { ...head(usage), content, stop_reason: options.stopReason ?? 'end_turn' } };
}

/** The events of a message with these blocks, each in two deltas. */
export function messageEvents(
  blocks: readonly Record<string, unknown>[],
  options: MessageOptions = {},
): { type: string }[] {
  return [
    { type: 'message_start', message: head({ ...USAGE, ...options.usage, output_tokens: 1 }) },
    { type: 'ping' },
    ...blocks.flatMap((block, index) => blockEvents(block, index)),
    {
      type: 'message_delta',
      delta: { stop_reason: options.stopReason ?? 'end_turn', stop_sequence: null },
      usage: { output_tokens: 20, ...options.usage },
    },
    { type: 'message_stop' },
  ] as { type: string }[];
}

function blockEvents(block: Record<string, unknown>, index: number): { type: string }[] {
  const deltas = deltasOf(block);
  const empty = { ...block, ...(block.type === 'text' ? { text: '' } : {}) };
  if (block.type === 'tool_use') Object.assign(empty, { input: {} });
  if (block.type === 'thinking') Object.assign(empty, { thinking: '', signature: '' });
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ] as { type: string }[];
}

function deltasOf(block: Record<string, unknown>): Record<string, unknown>[] {
  switch (block.type) {
    case 'text':
      return halves(String(block.text)).map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      return halves(JSON.stringify(block.input)).map((json) => ({
        type: 'input_json_delta',
        partial_json: json,
      }));
    case 'thinking':
      return [
        { type: 'thinking_delta', thinking: block.thinking },
        { type: 'signature_delta', signature: block.signature },
      ];
    default:
      return [];
  }
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
}
