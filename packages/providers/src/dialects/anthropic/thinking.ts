import type { JsonObject } from '../../definition.ts';
import { isObject } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import type { ClaudeModel } from './claude-model.ts';

/** Efforts of OpenAI's API, and the tokens that models with a budget may think for. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
};
/** https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
const MIN_BUDGET = 1024;
/** The part of the whole limit that thinking may take, so that an answer has room. */
const BUDGET_SHARE = 0.8;

export interface Thinking {
  /** Undefined: the model's own default. */
  thinking: JsonObject | undefined;
  effort: string | undefined;
  /** The model thinks, as far as can be told; some parameters are refused then. */
  isOn: boolean;
}

export interface ThinkingOptions {
  model: ClaudeModel;
  maxTokens: number;
  /** A tool must be used, which cannot go with thinking. */
  mustUseTool: boolean;
  messages: readonly { role: string; content: readonly JsonObject[] }[];
}

/** How much a model is to think: by OpenAI's `reasoning_effort`, or by Anthropic's own `thinking`. */
export function thinkingOf(
  request: JsonObject,
  parameters: ParameterReader,
  options: ThinkingOptions,
): Thinking {
  if (isObject(request.thinking)) {
    const thinking = parameters.take('thinking') as JsonObject;
    return { thinking, effort: undefined, isOn: thinking.type !== 'disabled' };
  }
  const effort = request.reasoning_effort ?? undefined;
  if (effort === undefined) return byDefault(options);
  if (effort !== 'none' && (typeof effort !== 'string' || BUDGETS[effort] === undefined)) {
    const known = ['none', ...Object.keys(BUDGETS)].join(', ');
    throw new RequestMappingError('reasoning_effort', `reasoning_effort must be one of ${known}.`);
  }
  return effort === 'none' ? withoutThinking(parameters, options) : withEffort(effort, parameters, options);
}

function byDefault({ model, mustUseTool }: ThinkingOptions): Thinking {
  const isOff = mustUseTool && model.thinking === 'adaptive';
  return {
    thinking: isOff ? { type: 'disabled' } : undefined,
    effort: undefined,
    isOn: model.thinking === 'always',
  };
}

function withoutThinking(parameters: ParameterReader, { model }: ThinkingOptions): Thinking {
  if (model.thinking === 'always') return { thinking: undefined, effort: undefined, isOn: true };
  parameters.take('reasoning_effort');
  const thinking = model.thinking === 'adaptive' ? { type: 'disabled' } : undefined;
  return { thinking, effort: undefined, isOn: false };
}

function withEffort(asked: string, parameters: ParameterReader, options: ThinkingOptions): Thinking {
  const { model, mustUseTool } = options;
  if (model.thinking === 'none' || model.thinking === 'budget') return withBudget(asked, parameters, options);
  parameters.take('reasoning_effort');
  const effort = effortOf(asked, model);
  if (mustUseTool) return { ...byDefault(options), effort };
  const display = model.hasThinkingDisplay ? { display: 'summarized' } : {};
  return { thinking: { type: 'adaptive', ...display }, effort, isOn: true };
}

function effortOf(asked: string, model: ClaudeModel): string {
  if (asked === 'minimal') return 'low';
  return asked === 'xhigh' ? model.highestEffort : asked;
}

function withBudget(asked: string, parameters: ParameterReader, options: ThinkingOptions): Thinking {
  const { model, maxTokens, mustUseTool } = options;
  const budget = Math.min(BUDGETS[asked] ?? MIN_BUDGET, Math.floor(maxTokens * BUDGET_SHARE));
  const canThink = model.thinking === 'budget' && budget >= MIN_BUDGET;
  if (!canThink || mustUseTool || isAmidUnthoughtCalls(options.messages)) {
    return { thinking: undefined, effort: undefined, isOn: false };
  }
  parameters.take('reasoning_effort');
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: undefined, isOn: true };
}

/**
 * The request goes on with calls of tools that came without thinking, or whose thinking the client did not send
 * back: models with a budget refuse to begin thinking then.
 */
function isAmidUnthoughtCalls(messages: ThinkingOptions['messages']): boolean {
  const last = messages.at(-1);
  const before = messages.at(-2);
  if (last?.content[0]?.type !== 'tool_result' || before === undefined) return false;
  return !String(before.content[0]?.type).endsWith('thinking');
}
