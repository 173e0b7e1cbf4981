import type { WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { textOfContent } from './content-parts.ts';
import {
  createdAtSeconds,
  incompleteReason,
  responseAnnotations,
  responseLogprobs,
  responseObject,
  ResponseIds,
} from './envelope.ts';
import { writeDetails } from './input-items.ts';

/** A chat completion as a response; of several choices the first, because a response has but one answer. */
export function chatToResponse(answer: JsonObject, context: WritingContext): JsonObject {
  const ids = new ResponseIds(context);
  const choice = objectsOf(answer.choices)[0] ?? {};
  const finishReason = stringOf(choice.finish_reason);
  const status = incompleteReason(finishReason) === null ? 'completed' : 'incomplete';
  return responseObject(
    {
      id: ids.response,
      createdAtSeconds: createdAtSeconds(answer.created),
      status,
      output: outputItems(choice, { ids, status }),
      finishReason,
      usage: answer.usage,
      error: null,
    },
    context,
  );
}

/** What became of an item. */
type ItemStatus = 'completed' | 'incomplete';

function outputItems(
  choice: JsonObject,
  { ids, status }: { ids: ResponseIds; status: ItemStatus },
): JsonObject[] {
  const message = objectOf(choice.message);
  const items: JsonObject[] = [];
  const reasoning = stringOf(message.reasoning_content) ?? stringOf(message.reasoning) ?? '';
  const details = writeDetails(message);
  if (reasoning !== '' || details !== null) items.push(reasoningItem(ids.item('rs'), reasoning, details));
  const calls = objectsOf(message.tool_calls);
  const parts = messageParts(message, choice);
  if (parts.length > 0 || calls.length === 0) {
    const content = parts.length > 0 ? parts : [textPart('', {})];
    items.push({ id: ids.item('msg'), type: 'message', status, role: 'assistant', content });
  }
  for (const call of calls) {
    const { name, arguments: given } = objectOf(call.function);
    items.push(
      callItem({
        id: ids.item('fc'),
        callId: stringOf(call.id) ?? ids.item('call'),
        name: stringOf(name) ?? '',
        arguments: stringOf(given) ?? '',
        status,
        extraContent: call.extra_content,
      }),
    );
  }
  return items;
}

function messageParts(message: JsonObject, choice: JsonObject): JsonObject[] {
  const parts: JsonObject[] = [];
  const text = textOfContent(message.content);
  if (text !== '') {
    parts.push(
      textPart(text, {
        annotations: responseAnnotations(message.annotations),
        logprobs: responseLogprobs(choice.logprobs),
      }),
    );
  }
  const refusal = stringOf(message.refusal) ?? '';
  if (refusal !== '') parts.push({ type: 'refusal', refusal });
  return parts;
}

/** A part of a message that is text. */
export function textPart(text: string, more: { annotations?: unknown[]; logprobs?: unknown[] }): JsonObject {
  return { type: 'output_text', annotations: more.annotations ?? [], logprobs: more.logprobs ?? [], text };
}

/** What a model thought, as its own words; `details` is what its upstream wants back. */
export function reasoningItem(id: string, text: string, details: string | null): JsonObject {
  const item: JsonObject = {
    id,
    type: 'reasoning',
    summary: [],
    content: text === '' ? [] : [{ type: 'reasoning_text', text }],
  };
  return details === null ? item : { ...item, encrypted_content: details };
}

export interface CallItem {
  id: string;
  callId: string;
  name: string;
  arguments: string;
  status: 'in_progress' | ItemStatus;
  /** What the upstream wants back with the call; undefined: nothing. */
  extraContent: unknown;
}

/** A tool call. */
export function callItem({ id, callId, name, arguments: given, status, extraContent }: CallItem): JsonObject {
  const item: JsonObject = { id, type: 'function_call', status, arguments: given, call_id: callId, name };
  return extraContent === undefined ? item : { ...item, extra_content: extraContent };
}
