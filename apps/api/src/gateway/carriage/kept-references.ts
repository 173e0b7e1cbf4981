import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { isGiven } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';

/** Parameters of a response that refer to what the upstream's account keeps. */
const RESPONSE_PARAMETERS = ['previous_response_id', 'conversation', 'prompt'];
/** Members that name a file, a container or a store of files. */
const NAMES = new Set(['file_id', 'file_ids', 'container_id', 'vector_store_ids']);
/** Tools whose members are the client's own words: a schema may well have a property `file_id`. */
const OWN_TOOLS = new Set(['function', 'custom']);
/** As deep as what providers' own tools and parts have members. */
const MAX_DEPTH = 4;

/**
 * Everybody's calls reach a platform's provider with one credential, so an id could name what another user has there:
 * a response, a file, the container in which their code ran. With a credential of one's own it names nobody else's.
 * @throws AppError naming the first parameter that is such an id
 */
export function requireNothingKept(
  { body }: ParsedRequest,
  { entry, ownKey }: ResolvedModel,
  find: (body: ScannedBody) => string | undefined,
): void {
  if (entry.isLocal || ownKey !== null) return;
  const param = find(body);
  if (param === undefined) return;
  throw new AppError(
    'invalid_field',
    `${param} refers to something that is kept elsewhere, which is not supported here: send earlier turns and files themselves.`,
    { param },
  );
}

/** In a request for a response; undefined: none. */
export function keptReferenceOfResponse(body: ScannedBody): string | undefined {
  const parameter = RESPONSE_PARAMETERS.find((name) => isGiven(body.read(name)));
  return parameter ?? inTools(body.read('tools')) ?? inItems(body.read('input'));
}

/** In a request for a message of Anthropic's API; undefined: none. */
export function keptReferenceOfMessage(body: ScannedBody): string | undefined {
  const container = body.read('container');
  const id = isJsonObject(container) ? container.id : container;
  if (isGiven(id)) return 'container';
  // Parsing messages is worth its time only where one has something of the kind.
  return body.media.others > 0 || mayNameFile(body) ? inMessages(body.read('messages')) : undefined;
}

const FILE_ID = Buffer.from('"file_id"');

function mayNameFile({ json }: ScannedBody): boolean {
  return json.bytes.includes(FILE_ID);
}

function inTools(tools: unknown): string | undefined {
  return first(tools, 'tools', (tool, path) => {
    if (OWN_TOOLS.has(String(tool.type))) return undefined;
    return typeof tool.container === 'string' ? `${path}.container` : named(tool, path);
  });
}

function inItems(input: unknown): string | undefined {
  return first(input, 'input', (item, path) => {
    if (item.type === 'item_reference') return path;
    if (isGiven(item.container_id)) return `${path}.container_id`;
    for (const member of ['content', 'output']) {
      const found = named(item[member], `${path}.${member}`);
      if (found !== undefined) return found;
    }
    return named(item.environment, `${path}.environment`);
  });
}

function inMessages(messages: unknown): string | undefined {
  return first(messages, 'messages', ({ content }, path) => inBlocks(content, `${path}.content`, MAX_DEPTH));
}

/** What a tool was called with, and what it gave, are the client's own words, except for blocks of files in them. */
function inBlocks(blocks: unknown, path: string, depth: number): string | undefined {
  if (depth === 0) return undefined;
  return first(blocks, path, (block, at) => {
    if (block.type === 'container_upload') return `${at}.file_id`;
    if (isJsonObject(block.source) && isGiven(block.source.file_id)) return `${at}.source.file_id`;
    return block.type === 'tool_result' ? inBlocks(block.content, `${at}.content`, depth - 1) : undefined;
  });
}

/** The first member that names something, of an object, a list, or what they hold. */
function named(value: unknown, path: string, depth = MAX_DEPTH): string | undefined {
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return first(value, path, (entry, at) => named(entry, at, depth - 1));
  if (!isJsonObject(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const isEmptyList = Array.isArray(member) && member.length === 0;
    if (NAMES.has(name) && isGiven(member) && !isEmptyList) return `${path}.${name}`;
    const found = named(member, `${path}.${name}`, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function first(
  list: unknown,
  path: string,
  find: (entry: JsonObject, path: string) => string | undefined,
): string | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const [index, entry] of list.entries()) {
    const found = isJsonObject(entry) ? find(entry, `${path}[${index}]`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
