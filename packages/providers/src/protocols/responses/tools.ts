import type { JsonObject } from '../../definition.ts';
import { isObject, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';

const NO_PARAMETERS = { type: 'object', properties: {} };

/** Tools and the choice among them, as a chat has them; empty where the request gives none. */
export function chatTools({ tools, tool_choice: choice }: JsonObject): JsonObject {
  const chat: JsonObject = {};
  if (tools !== undefined && tools !== null) {
    if (!Array.isArray(tools)) throw new RequestMappingError('tools', 'tools must be an array.');
    const mapped = tools.map((tool: unknown, index) => functionTool(tool, `tools[${index}]`));
    if (mapped.length > 0) chat.tools = mapped;
  }
  if (choice === undefined || choice === null) return chat;
  if (typeof choice === 'string') return { ...chat, tool_choice: choice };
  const type = isObject(choice) ? choice.type : null;
  if (isObject(choice) && type === 'function') {
    return { ...chat, tool_choice: { type: 'function', function: { name: choice.name } } };
  }
  if (isObject(choice) && type === 'allowed_tools') return allowed(chat, choice);
  throw new RequestMappingError(
    'tool_choice',
    `The tool choice "${stringOf(type) ?? 'none'}" is not supported here.`,
  );
}

function functionTool(tool: unknown, path: string): JsonObject {
  if (!isObject(tool)) throw new RequestMappingError(path, `${path} must be an object.`);
  if (tool.type !== 'function') {
    const type = stringOf(tool.type) ?? 'none';
    throw new RequestMappingError(
      `${path}.type`,
      `Tools of the type "${type}" are not supported by this model's upstream; only functions are.`,
    );
  }
  const { name, description, parameters, strict } = tool;
  if (typeof name !== 'string')
    throw new RequestMappingError(`${path}.name`, `${path}.name must be a string.`);
  const called: JsonObject = { name };
  if (typeof description === 'string') called.description = description;
  called.parameters = isObject(parameters) ? parameters : NO_PARAMETERS;
  if (typeof strict === 'boolean') called.strict = strict;
  return { type: 'function', function: called };
}

/** Chat completions of most vendors know no list of allowed tools: the others are left out instead. */
function allowed(chat: JsonObject, { mode, tools }: JsonObject): JsonObject {
  const names = new Set(objectsOf(tools).map(({ name }) => name));
  const kept = objectsOf(chat.tools).filter(
    (tool) => isObject(tool.function) && names.has(tool.function.name),
  );
  if (kept.length === 0) {
    throw new RequestMappingError('tool_choice.tools', 'tool_choice.tools names none of the tools.');
  }
  return { ...chat, tools: kept, tool_choice: mode === 'required' ? 'required' : 'auto' };
}
