import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';

/** Tools and the choice among them, as members of a chat request. */
export function chatTools(parameters: ParameterReader): JsonObject {
  const given = parameters.take('tools') ?? [];
  if (!Array.isArray(given)) throw new RequestMappingError('tools', 'tools must be an array.');
  const tools = given.map((tool: unknown, index) => chatTool(objectOf(tool), `tools[${index}]`, parameters));
  const choice = parameters.take('tool_choice');
  if (tools.length === 0) return {};
  return { tools, ...(choice === undefined ? {} : chatChoice(choice)) };
}

function chatTool(tool: JsonObject, at: string, parameters: ParameterReader): JsonObject {
  const type = tool.type ?? 'custom';
  if (type !== 'custom') {
    throw new RequestMappingError(
      `${at}.type`,
      `${at} is the tool ${JSON.stringify(type)} of Anthropic's own, which only models behind Anthropic's API have.`,
    );
  }
  const name = stringOf(tool.name);
  if (name === null) throw new RequestMappingError(`${at}.name`, `${at}.name is required.`);
  if (isObject(tool.cache_control)) parameters.drop('cache_control');
  const description = stringOf(tool.description);
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      parameters: isObject(tool.input_schema) ? tool.input_schema : { type: 'object', properties: {} },
      ...(tool.strict === true ? { strict: true } : {}),
    },
  };
}

const CHOICES: Readonly<Record<string, string>> = { auto: 'auto', any: 'required', none: 'none' };

function chatChoice(choice: unknown): JsonObject {
  const { type, name, disable_parallel_tool_use: isSingle } = objectOf(choice);
  const wanted =
    type === 'tool' && typeof name === 'string'
      ? { type: 'function', function: { name } }
      : CHOICES[String(type)];
  if (wanted === undefined) {
    throw new RequestMappingError(
      'tool_choice',
      'tool_choice.type must be auto, any, none, or tool with a name.',
    );
  }
  return { tool_choice: wanted, ...(isSingle === true ? { parallel_tool_calls: false } : {}) };
}
