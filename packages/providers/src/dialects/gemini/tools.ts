import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';

export interface MappedTools {
  tools?: JsonObject[];
  toolConfig?: JsonObject;
}

/** Tools and the choice among them. @throws RequestMappingError */
export function mapTools(parameters: ParameterReader): MappedTools {
  for (const legacy of ['functions', 'function_call']) {
    if (parameters.take(legacy) !== undefined) {
      throw new RequestMappingError(legacy, `Use tools and tool_choice instead of ${legacy}.`);
    }
  }
  const tools = parameters.take('tools');
  const choice = parameters.take('tool_choice');
  parameters.ignoreIf('parallel_tool_calls', (value) => value === true || tools === undefined);
  if (tools === undefined) return {};
  if (!Array.isArray(tools)) throw new RequestMappingError('tools', 'tools must be an array.');
  if (tools.length === 0) return {};
  const functions = tools.map((tool: unknown, index) => functionOf(tool, `tools[${index}]`));
  const functionDeclarations = functions.map(declaration);
  const isStrict = functions.some(({ strict }) => strict === true);
  const config = callingConfig(choice, isStrict);
  return {
    tools: [{ functionDeclarations }],
    ...(config === undefined ? {} : { toolConfig: { functionCallingConfig: config } }),
  };
}

function functionOf(tool: unknown, path: string): JsonObject {
  const { type, function: declared } = objectOf(tool);
  if (type !== 'function') {
    throw new RequestMappingError(`${path}.type`, `Gemini takes tools of the type "function" only.`);
  }
  if (!isObject(declared) || typeof declared.name !== 'string') {
    throw new RequestMappingError(`${path}.function.name`, 'A function must have a name.');
  }
  return declared;
}

function declaration({ name, description, parameters }: JsonObject): JsonObject {
  return {
    name,
    ...(typeof description === 'string' ? { description } : {}),
    // Takes JSON schema as it is, `$ref` and `additionalProperties` included, unlike `parameters`.
    ...(isObject(parameters) ? { parametersJsonSchema: parameters } : {}),
  };
}

/** https://ai.google.dev/api/caching#FunctionCallingConfig; undefined: the model decides, as by default. */
function callingConfig(choice: unknown, isStrict: boolean): JsonObject | undefined {
  // Arguments that keep to their schema, without being made to call.
  const free = isStrict ? { mode: 'VALIDATED' } : undefined;
  if (choice === undefined || choice === 'auto') return free;
  if (choice === 'none') return { mode: 'NONE' };
  if (choice === 'required') return { mode: 'ANY' };
  const { type, function: named, allowed_tools: allowed } = objectOf(choice);
  const name = stringOf(objectOf(named).name);
  if (type === 'function' && name !== null) return { mode: 'ANY', allowedFunctionNames: [name] };
  if (type === 'allowed_tools' && isObject(allowed)) {
    const allowedFunctionNames = objectsOf(allowed.tools)
      .map((tool) => stringOf(objectOf(tool.function).name))
      .filter((allowedName) => allowedName !== null);
    return { mode: allowed.mode === 'required' ? 'ANY' : 'VALIDATED', allowedFunctionNames };
  }
  throw new RequestMappingError(
    'tool_choice',
    'tool_choice must be none, auto, required, or name a function.',
  );
}
