import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';

/** Texts, as a string or as blocks, in one. */
export function textOf(content: unknown, at: string, parameters: ParameterReader): string {
  if ((content ?? null) === null) return '';
  if (typeof content === 'string') return content;
  const isText = (block: unknown) =>
    isObject(block) && block.type === 'text' && typeof block.text === 'string';
  if (!Array.isArray(content) || !content.every(isText)) {
    throw new RequestMappingError(at, `${at} must be a string or an array of text blocks.`);
  }
  return objectsOf(content)
    .map((block) => {
      noteCacheControl(block, parameters);
      return String(block.text);
    })
    .join('\n\n');
}

/** Other upstreams cache by themselves, or not at all. */
function noteCacheControl(block: JsonObject, parameters: ParameterReader): void {
  if (isObject(block.cache_control)) parameters.drop('cache_control');
}

/** A block of what a user or a tool says, as parts of a chat message's content. */
export function contentParts(block: JsonObject, at: string, parameters: ParameterReader): JsonObject[] {
  noteCacheControl(block, parameters);
  switch (block.type) {
    case 'text':
      return typeof block.text === 'string' ? [{ type: 'text', text: block.text }] : [];
    case 'image':
      return [{ type: 'image_url', image_url: { url: imageUrl(objectOf(block.source), `${at}.source`) } }];
    case 'document':
      return documentParts(block, `${at}.source`);
    case 'search_result':
      return [{ type: 'text', text: searchResult(block) }];
    default:
      throw new RequestMappingError(
        `${at}.type`,
        `${at} is of type ${JSON.stringify(block.type ?? null)}, which this model cannot be given.`,
      );
  }
}

function imageUrl(source: JsonObject, at: string): string {
  if (source.type === 'url' && typeof source.url === 'string') return source.url;
  if (source.type === 'base64' && typeof source.data === 'string') {
    return `data:${stringOf(source.media_type) ?? 'image/png'};base64,${source.data}`;
  }
  throw new RequestMappingError(at, `${at} must be of type base64 or url: uploaded files are not carried.`);
}

function documentParts(block: JsonObject, at: string): JsonObject[] {
  const source = objectOf(block.source);
  const title = stringOf(block.title);
  if (source.type === 'text' && typeof source.data === 'string') {
    return [{ type: 'text', text: title === null ? source.data : `${title}\n\n${source.data}` }];
  }
  if (source.type === 'content') {
    const { content } = source;
    return typeof content === 'string' ? [{ type: 'text', text: content }] : textParts(content);
  }
  if (source.type === 'base64' && typeof source.data === 'string') {
    const data = `data:${stringOf(source.media_type) ?? 'application/pdf'};base64,${source.data}`;
    return [{ type: 'file', file: { filename: title ?? 'document.pdf', file_data: data } }];
  }
  throw new RequestMappingError(at, `${at} must be of type base64, text or content.`);
}

function textParts(content: unknown): JsonObject[] {
  return objectsOf(content)
    .filter(({ type }) => type === 'text')
    .map(({ text }) => ({ type: 'text', text: stringOf(text) ?? '' }));
}

function searchResult({ title, source, content }: JsonObject): string {
  const texts = textParts(content).map(({ text }) => String(text));
  return [stringOf(title), stringOf(source), ...texts].filter((text) => text !== null).join('\n');
}
