import type { ChatRequest } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { messagesOf } from './input-items.ts';
import { chatTools } from './tools.ts';

/** Parameters that need a state which is not kept here, and what to do instead. */
const NEEDS_STATE: Readonly<Record<string, string>> = {
  previous_response_id:
    'previous_response_id is not supported by this model: send the earlier turns in input.',
  conversation: 'conversation is not supported by this model: send the earlier turns in input.',
  prompt: 'Stored prompts are not supported by this model: send instructions and input.',
  background: 'background is not supported by this model: leave it out or set it to false.',
};

/** Read here or by the gateway, so that they are not passed on by their own names. */
const READ: ReadonlySet<string> = new Set([
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'text',
  'reasoning',
  'max_output_tokens',
  'metadata',
  'store',
  'stream',
  'stream_options',
  'include',
  'top_logprobs',
  'truncation',
  // Counts calls of tools that the upstream runs itself, of which there are none here.
  'max_tool_calls',
  ...Object.keys(NEEDS_STATE),
]);

/** Nothing in chat completions is like them; but for `n`, which is no parameter of responses: one has one answer. */
const UNKNOWN_TO_CHAT = [
  'n',
  'context_management',
  'moderation',
  'image',
  'access_programs',
  'prompt_cache_options',
];

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** A request of the Responses API as a chat completion's. @throws RequestMappingError */
export function responsesToChat(request: JsonObject): ChatRequest {
  for (const [param, reason] of Object.entries(NEEDS_STATE)) {
    if (isGiven(request[param])) throw new RequestMappingError(param, reason);
  }
  const mapped: string[] = ['input'];
  const dropped = UNKNOWN_TO_CHAT.filter((name) => isGiven(request[name]));
  const passed = Object.entries(request).filter(
    ([name, value]) => !READ.has(name) && !UNKNOWN_TO_CHAT.includes(name) && value !== null,
  );
  const chat: JsonObject = {
    ...Object.fromEntries(passed),
    messages: messagesOf(request),
    ...chatTools(request),
  };
  for (const name of ['instructions', 'tools', 'tool_choice']) if (isGiven(request[name])) mapped.push(name);
  if (isGiven(request.max_output_tokens)) {
    chat.max_completion_tokens = request.max_output_tokens;
    mapped.push('max_output_tokens');
  }
  if (isGiven(request.text)) mapped.push(...setText(chat, objectOf(request.text)));
  if (isGiven(request.reasoning)) {
    const { effort, summary, generate_summary: older } = objectOf(request.reasoning);
    if (isGiven(effort)) {
      chat.reasoning_effort = effort;
      mapped.push('reasoning.effort');
    }
    if (isGiven(summary) || isGiven(older)) dropped.push('reasoning.summary');
  }
  setLogprobs(chat, request, dropped);
  if (request.store === true) dropped.push('store');
  if (request.truncation === 'auto') dropped.push('truncation');
  if (request.stream === true) chat.stream = true;
  return { chat, parameters: { mapped, dropped } };
}

/** `text.format` and `text.verbosity`; returns what of them was given. */
function setText(chat: JsonObject, { format, verbosity }: JsonObject): string[] {
  const given: string[] = [];
  if (isGiven(verbosity)) {
    chat.verbosity = verbosity;
    given.push('text.verbosity');
  }
  const type = isObject(format) ? format.type : 'text';
  if (type === 'text') return given;
  if (isObject(format) && type === 'json_object') chat.response_format = { type };
  else if (isObject(format) && type === 'json_schema') {
    const { type: _type, ...schema } = format;
    chat.response_format = { type, json_schema: schema };
  } else {
    const name = stringOf(type) ?? 'none';
    throw new RequestMappingError('text.format.type', `The text format "${name}" is not supported here.`);
  }
  return [...given, 'text.format'];
}

function setLogprobs(chat: JsonObject, request: JsonObject, dropped: string[]): void {
  const include: unknown[] = Array.isArray(request.include) ? request.include : [];
  const top = request.top_logprobs;
  if (include.includes('message.output_text.logprobs') || (typeof top === 'number' && top > 0)) {
    chat.logprobs = true;
    if (typeof top === 'number') chat.top_logprobs = top;
  }
  const isKnown = (name: unknown) =>
    name === 'message.output_text.logprobs' || name === 'reasoning.encrypted_content';
  if (!include.every(isKnown)) dropped.push('include');
}
