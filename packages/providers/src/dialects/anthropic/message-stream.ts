import type { AnswerContext, ChunkMapper, JsonObject, UpstreamEvent } from '../../definition.ts';
import { isObject, objectOf, parseJson, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { finishReason, nowSeconds } from './chat-answer.ts';
import { readAnthropicError } from './errors.ts';
import { isJsonAnswer } from './response-format.ts';
import { mergeUsage, toChatUsage } from './usage.ts';

/** A block of content that is being written. */
interface OpenBlock {
  block: JsonObject;
  /** Of a tool's call: its place among the calls; null: its input is the answer itself. */
  call: number | null;
  hasInput: boolean;
}

/** Events of https://platform.claude.com/docs/en/build-with-claude/streaming as chunks of a chat completion. */
export class MessageStreamMapper implements ChunkMapper {
  readonly #context: AnswerContext;
  readonly #open = new Map<unknown, OpenBlock>();
  #base: JsonObject = {};
  #usage: JsonObject = {};
  #calls = 0;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  read({ data }: UpstreamEvent): JsonObject[] {
    const event = parseJson(data);
    if (!isObject(event)) {
      throw new UpstreamAnswerError('The upstream sent an event that is no JSON object.');
    }
    switch (event.type) {
      case 'message_start':
        return [this.#start(objectOf(event.message))];
      case 'content_block_start':
        return this.#startBlock(event.index, objectOf(event.content_block));
      case 'content_block_delta':
        return this.#continueBlock(event.index, objectOf(event.delta));
      case 'content_block_stop':
        return this.#endBlock(event.index);
      case 'message_delta':
        return this.#finish(event);
      case 'message_stop':
        return [{ ...this.#base, choices: [], usage: toChatUsage(this.#usage) }];
      case 'error':
        throw new UpstreamAnswerError(
          readAnthropicError(event)?.message ?? 'The upstream ended its stream with an error.',
        );
      default:
        // `ping`, and events that are yet to be invented: clients are asked to pass over them.
        return [];
    }
  }

  end(): JsonObject[] {
    return [];
  }

  #start(message: JsonObject): JsonObject {
    this.#base = {
      id: stringOf(message.id) ?? '',
      object: 'chat.completion.chunk',
      created: nowSeconds(),
      model: stringOf(message.model) ?? this.#context.target.model,
    };
    this.#usage = mergeUsage({}, message.usage);
    return this.#delta({ role: 'assistant', content: '' });
  }

  #startBlock(index: unknown, block: JsonObject): JsonObject[] {
    const isCall = block.type === 'tool_use';
    const isAnswer = isCall && isJsonAnswer(block.name, this.#context.request);
    const call = isCall && !isAnswer ? this.#calls : null;
    this.#open.set(index, { block: { ...block }, call, hasInput: false });
    if (call !== null) {
      this.#calls += 1;
      const called = { name: block.name, arguments: '' };
      return [
        this.#delta({ tool_calls: [{ index: call, id: block.id, type: 'function', function: called }] }),
      ];
    }
    return block.type === 'text' ? this.#say('content', block.text) : [];
  }

  #continueBlock(index: unknown, delta: JsonObject): JsonObject[] {
    const open = this.#open.get(index);
    if (open === undefined) return [];
    const { block } = open;
    switch (delta.type) {
      case 'text_delta':
        return this.#say('content', delta.text);
      case 'thinking_delta':
        block.thinking = `${stringOf(block.thinking) ?? ''}${stringOf(delta.thinking) ?? ''}`;
        return this.#say('reasoning_content', delta.thinking);
      case 'signature_delta':
        block.signature = delta.signature;
        return [];
      case 'input_json_delta':
        return this.#addInput(open, stringOf(delta.partial_json) ?? '');
      default:
        return [];
    }
  }

  #addInput(open: OpenBlock, json: string): JsonObject[] {
    if (json === '') return [];
    open.hasInput = true;
    if (open.block.type !== 'tool_use') return [];
    if (open.call === null) return this.#say('content', json);
    return [this.#delta({ tool_calls: [{ index: open.call, function: { arguments: json } }] })];
  }

  #endBlock(index: unknown): JsonObject[] {
    const open = this.#open.get(index);
    this.#open.delete(index);
    if (open === undefined) return [];
    const { type, input } = open.block;
    // A thought is whole only now; its signature is what it must be sent back with.
    if (type === 'thinking' || type === 'redacted_thinking')
      return [this.#delta({ thinking_blocks: [open.block] })];
    if (type !== 'tool_use' || open.hasInput) return [];
    // Clients parse the arguments, of which a tool without parameters has none.
    return this.#addInput(open, JSON.stringify(input ?? {}));
  }

  #finish({ delta, usage }: JsonObject): JsonObject[] {
    this.#usage = mergeUsage(this.#usage, usage);
    const { stop_reason: reason, stop_details: details } = objectOf(delta);
    if ((reason ?? null) === null) return [];
    const explanation = reason === 'refusal' ? stringOf(objectOf(details).explanation) : null;
    const refusal = explanation === null ? {} : { refusal: explanation };
    return [this.#delta(refusal, finishReason(reason, this.#calls > 0))];
  }

  #say(field: 'content' | 'reasoning_content', text: unknown): JsonObject[] {
    return typeof text === 'string' && text !== '' ? [this.#delta({ [field]: text })] : [];
  }

  #delta(delta: JsonObject, finish: string | null = null): JsonObject {
    return { ...this.#base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] };
  }
}
