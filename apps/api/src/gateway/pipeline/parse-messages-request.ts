import type { IncomingHttpHeaders } from 'node:http';
import {
  isGiven,
  MAX_OUTPUT_TOKENS,
  modelOf,
  optionalBoolean,
  optionalCount,
} from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from './contexts.ts';
import { requireMessages } from './parse-request.ts';

/** What switches features of Anthropic's API on, as its clients send it. */
const FORWARDED = ['anthropic-version', 'anthropic-beta'];

/** Reads what the gateway must know of a request for a message; everything else is forwarded as it is. */
export function parseMessagesRequest(
  body: ScannedBody,
  headers: IncomingHttpHeaders,
  endpoint: 'messages' | 'messages/count_tokens',
): ParsedRequest {
  requireMessages(body);
  const isMessage = endpoint === 'messages';
  // Zero asks for the prompt to be cached and nothing more.
  const asksForNothing = body.read('max_tokens') === 0;
  const limit = asksForNothing ? 0 : optionalCount(body, 'max_tokens', MAX_OUTPUT_TOKENS);
  return {
    endpoint,
    body,
    model: modelOf(body),
    isStream: isMessage && optionalBoolean(body, 'stream'),
    streamOptions: null,
    wantsUsage: true,
    hasImage: body.media.images > 0,
    outputLimit: isMessage ? limit : 0,
    completions: 1,
    fillsContext: isMessage && readsElsewhere(body),
    forwardedHeaders: forwardedOf(headers),
  };
}

/** Tools that run at the upstream: what they find is input of the same call. */
const HOSTED_TOOL = /^(?:web_search|web_fetch|code_execution)_/;

/** Whether the upstream reads more than the request holds. */
function readsElsewhere(body: ScannedBody): boolean {
  if (isGiven(body.read('mcp_servers'))) return true;
  const tools = body.read('tools');
  if (!Array.isArray(tools)) return false;
  return tools.some((tool: unknown) => {
    const type = (tool as { type?: unknown } | null)?.type;
    return typeof type === 'string' && HOSTED_TOOL.test(type);
  });
}

function forwardedOf(headers: IncomingHttpHeaders): Record<string, string> | null {
  const sent = FORWARDED.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]];
  });
  return sent.length === 0 ? null : Object.fromEntries(sent);
}
