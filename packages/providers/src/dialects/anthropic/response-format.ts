import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import type { ClaudeModel } from './claude-model.ts';
import { narrowSchema } from './narrow-schema.ts';
import type { Tools } from './tools.ts';

/** The tool through which a model answers in JSON where its answer cannot be bound to a form. */
export const JSON_TOOL = 'answer_in_json';

/** How an answer's form is asked for. At most one of these is set. */
export interface ResponseFormat {
  /** For `output_config.format`. */
  format?: JsonObject;
  /** A tool that must be used, whose input is the answer. */
  tool?: JsonObject;
  instruction?: string;
}

export function responseFormatOf(parameters: ParameterReader, model: ClaudeModel): ResponseFormat {
  const format = parameters.take('response_format');
  if (format === undefined) return {};
  const type = isObject(format) ? format.type : undefined;
  if (type === 'text') return {};
  if (type === 'json_object') return anyJson(model);
  const described = objectOf(objectOf(format).json_schema);
  if (type !== 'json_schema' || !isObject(described.schema)) {
    throw new RequestMappingError(
      'response_format',
      'response_format must be of type text, json_object, or json_schema with a schema.',
    );
  }
  const schema = model.hasStructuredOutputs ? narrowSchema(described.schema) : null;
  if (schema !== null) return { format: { type: 'json_schema', schema } };
  return { tool: jsonTool({ type: 'object', ...described.schema }, stringOf(described.description)) };
}

/** Any object at all: there is no schema to be bound to. */
function anyJson({ thinking }: ClaudeModel): ResponseFormat {
  // A model that always thinks cannot be made to use a tool.
  if (thinking !== 'always') return { tool: jsonTool({ type: 'object' }, null) };
  return { instruction: 'Answer with one JSON object, and with nothing before or after it.' };
}

function jsonTool(schema: JsonObject, description: string | null): JsonObject {
  const purpose = 'Gives the final answer: the input of this tool is the answer.';
  return {
    name: JSON_TOOL,
    description: description === null ? purpose : `${purpose} ${description}`,
    input_schema: schema,
  };
}

/** The client's tools, with the one for the answer beside them. */
export function withJsonTool({ tools, choice }: Tools, tool: JsonObject): Tools {
  const all = [...tools, tool];
  if (tools.length === 0 || choice?.type === 'none') {
    return { tools: all, choice: { type: 'tool', name: JSON_TOOL, disable_parallel_tool_use: true } };
  }
  // Either a tool of the client's or the answer; a tool that the client has chosen comes first.
  return { tools: all, choice: choice?.type === 'tool' ? choice : { ...choice, type: 'any' } };
}

/** Whether a tool that was used is the one for the answer. */
export function isJsonAnswer(name: unknown, request: JsonObject): boolean {
  return name === JSON_TOOL && isObject(request.response_format);
}
