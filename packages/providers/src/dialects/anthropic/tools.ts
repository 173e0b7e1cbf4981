import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import type { ClaudeModel } from './claude-model.ts';
import { withCacheControl } from './content-blocks.ts';

export interface Tools {
  tools: JsonObject[];
  /** Undefined: the API's own default, which is `auto`. */
  choice: JsonObject | undefined;
}

/** The tools of a request and which of them is to be used. */
export function toolsOf(parameters: ParameterReader, model: ClaudeModel): Tools {
  for (const name of ['functions', 'function_call']) {
    if (parameters.take(name) !== undefined) {
      throw new RequestMappingError(name, `${name} is not carried to Anthropic's API: use tools.`);
    }
  }
  const given = parameters.take('tools') ?? [];
  if (!Array.isArray(given)) throw new RequestMappingError('tools', 'tools must be an array.');
  const tools = given.map((tool: unknown, index) => toolOf(objectOf(tool), `tools[${index}]`, model));
  const wanted = parameters.take('tool_choice');
  const isParallel = parameters.take('parallel_tool_calls');
  if (tools.length === 0) return { tools, choice: undefined };
  const choice = wanted === undefined ? undefined : choiceOf(wanted);
  if (isParallel !== false || choice?.type === 'none') return { tools, choice };
  return { tools, choice: { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true } };
}

function toolOf(tool: JsonObject, at: string, model: ClaudeModel): JsonObject {
  const described = objectOf(tool.function);
  const name = stringOf(described.name);
  if (tool.type !== 'function' || name === null) {
    throw new RequestMappingError(at, `${at} must be a function with a name: other tools are not carried.`);
  }
  const description = stringOf(described.description);
  const parameters = isObject(described.parameters) ? described.parameters : {};
  return withCacheControl(
    {
      name,
      ...(description === null ? {} : { description }),
      input_schema: { type: 'object', ...parameters },
      // Models that cannot be bound to a schema try to follow it all the same.
      ...(described.strict === true && model.hasStructuredOutputs ? { strict: true } : {}),
    },
    isObject(tool.cache_control) ? tool : described,
  );
}

function choiceOf(wanted: unknown): JsonObject {
  if (wanted === 'auto' || wanted === 'none') return { type: wanted };
  if (wanted === 'required') return { type: 'any' };
  const name = isObject(wanted) ? stringOf(objectOf(wanted.function).name) : null;
  if (name === null) {
    throw new RequestMappingError(
      'tool_choice',
      'tool_choice must be auto, none, required or the name of a function.',
    );
  }
  return { type: 'tool', name };
}
