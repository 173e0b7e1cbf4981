import type { JsonObject, MappingContext, ParameterReport } from '../../definition.ts';
import { isObject } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { ParameterReader } from '../../parameter-reader.ts';
import { claudeModel, type ClaudeModel, type ClaudePlatform } from './claude-model.ts';
import { responseFormatOf, withJsonTool } from './response-format.ts';
import { thinkingOf } from './thinking.ts';
import { toolsOf } from './tools.ts';
import { conversationOf } from './turns.ts';

export interface MessagesBody {
  body: JsonObject;
  parameters: ParameterReport;
}

/** Parameters of OpenAI's that say nothing when they have these values. */
const WITHOUT_EFFECT: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  store: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === 'text'),
  verbosity: (value) => value === 'medium',
};

/**
 * A chat completion's request as the body of a message's: https://platform.claude.com/docs/en/api/messages/create
 * It names the target's model; where the address does that, the member is left out by the caller.
 * @throws RequestMappingError
 */
export function toMessagesBody(
  request: JsonObject,
  context: MappingContext,
  platform: ClaudePlatform = 'anthropic',
): MessagesBody {
  const parameters = new ParameterReader(request);
  const model = claudeModel(context.target.model, platform);
  const { system, messages } = conversationOf(request.messages, parameters);
  const format = responseFormatOf(parameters, model);
  if (format.instruction !== undefined) system.push({ type: 'text', text: format.instruction });
  const asked = toolsOf(parameters, model);
  const { tools, choice } = format.tool === undefined ? asked : withJsonTool(asked, format.tool);
  const maxTokens = maxTokensOf(parameters, context, model);
  const mustUseTool = choice?.type === 'any' || choice?.type === 'tool';
  const thinking = thinkingOf(request, parameters, { model, maxTokens, mustUseTool, messages });
  const outputConfig = {
    ...(parameters.take('output_config') as JsonObject | undefined),
    ...(thinking.effort === undefined ? {} : { effort: thinking.effort }),
    ...(format.format === undefined ? {} : { format: format.format }),
  };
  for (const [name, isWithoutEffect] of Object.entries(WITHOUT_EFFECT))
    parameters.ignoreIf(name, isWithoutEffect);
  const body = withoutAbsent({
    model: context.target.model,
    max_tokens: maxTokens,
    system: system.length === 0 ? undefined : system,
    messages,
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: choice,
    thinking: thinking.thinking,
    output_config: Object.keys(outputConfig).length === 0 ? undefined : outputConfig,
    ...samplingOf(request, parameters, { model, isThinking: thinking.isOn }),
    stop_sequences: stopSequences(parameters.take('stop')),
    metadata: metadataOf(request, parameters),
    service_tier: serviceTier(request, parameters),
    cache_control: parameters.take('cache_control'),
    stream: context.isStream ? true : undefined,
  });
  return { body, parameters: parameters.report() };
}

function withoutAbsent(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The API demands a limit: the client's, or the most that the model can write. */
function maxTokensOf(
  parameters: ParameterReader,
  { maxOutputTokens }: MappingContext,
  model: ClaudeModel,
): number {
  const older = parameters.take('max_tokens');
  const limit = parameters.take('max_completion_tokens') ?? older;
  if (limit === undefined) return maxOutputTokens ?? model.outputTokens;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return limit;
  throw new RequestMappingError(
    'max_completion_tokens',
    'The limit of output tokens must be a whole number above 0.',
  );
}

/** Temperature reaches from 0 to 1 here; newer models, and such as think, refuse what concerns sampling. */
function samplingOf(
  request: JsonObject,
  parameters: ParameterReader,
  { model, isThinking }: { model: ClaudeModel; isThinking: boolean },
): JsonObject {
  const sampling: JsonObject = {};
  if (!model.takesSampling || isThinking) {
    for (const name of ['temperature', 'top_p']) parameters.ignoreIf(name, (value) => value === 1);
    return sampling;
  }
  const temperature = parameters.take('temperature');
  if (temperature !== undefined) sampling.temperature = clamp(temperature, 'temperature');
  const takesTopP = model.takesBothSamplings || temperature === undefined;
  if (takesTopP) {
    const topP = parameters.take('top_p');
    if (topP !== undefined) sampling.top_p = clamp(topP, 'top_p');
  } else parameters.ignoreIf('top_p', (value) => value === 1);
  if (Number.isInteger(request.top_k)) sampling.top_k = parameters.take('top_k');
  return sampling;
}

function clamp(value: unknown, param: string): number {
  if (typeof value === 'number' && value >= 0) return Math.min(value, 1);
  throw new RequestMappingError(param, `${param} must be a number, not below 0.`);
}

/** The API refuses sequences of nothing but white space. */
function stopSequences(stop: unknown): string[] | undefined {
  if (stop === undefined) return undefined;
  const sequences = typeof stop === 'string' ? [stop] : stop;
  if (!Array.isArray(sequences) || sequences.some((sequence) => typeof sequence !== 'string')) {
    throw new RequestMappingError('stop', 'stop must be a string or an array of strings.');
  }
  const usable = (sequences as string[]).filter((sequence) => sequence.trim() !== '');
  return usable.length === 0 ? undefined : usable;
}

/** Who the caller's own user is, in the newer spelling or the older. */
function metadataOf(request: JsonObject, parameters: ParameterReader): JsonObject | undefined {
  const name = typeof request.safety_identifier === 'string' ? 'safety_identifier' : 'user';
  const userId = parameters.take(name);
  return typeof userId === 'string' && userId !== '' ? { user_id: userId } : undefined;
}

const SERVICE_TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

function serviceTier(request: JsonObject, parameters: ParameterReader): string | undefined {
  const tier = SERVICE_TIERS[String(request.service_tier)];
  if (tier !== undefined) parameters.take('service_tier');
  return tier;
}
