import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';

const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?;base64,/i;
/** https://platform.claude.com/docs/en/build-with-claude/vision */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** `cache_control`, which clients may set beside the text it is about, goes with its block. */
export function withCacheControl(block: JsonObject, from: JsonObject): JsonObject {
  return isObject(from.cache_control) ? { ...block, cache_control: from.cache_control } : block;
}

/** The blocks of a message's content; texts without a visible character, which the API refuses, are left out. */
export function contentBlocks(content: unknown, param: string, parameters: ParameterReader): JsonObject[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw new RequestMappingError(param, `${param} must be a string or an array of content parts.`);
  }
  return content.flatMap((part: unknown, index) => {
    const at = `${param}[${index}]`;
    if (!isObject(part)) throw new RequestMappingError(at, `${at} must be an object.`);
    const block = contentBlock(part, at, parameters);
    return block === null ? [] : [withCacheControl(block, part)];
  });
}

function contentBlock(part: JsonObject, at: string, parameters: ParameterReader): JsonObject | null {
  switch (part.type) {
    case 'text':
      return textBlock(part.text);
    case 'refusal':
      return textBlock(part.refusal);
    case 'image_url':
      return imageBlock(part.image_url, at, parameters);
    case 'file':
      return documentBlock(objectOf(part.file), at);
    default:
      throw new RequestMappingError(
        at,
        `${at} has the type ${JSON.stringify(part.type ?? null)}, which Anthropic's API does not take here.`,
      );
  }
}

function textBlock(text: unknown): JsonObject | null {
  return typeof text === 'string' && text.trim() !== '' ? { type: 'text', text } : null;
}

function imageBlock(image: unknown, at: string, parameters: ParameterReader): JsonObject {
  const url = typeof image === 'string' ? image : stringOf(objectOf(image).url);
  if (url === null) throw new RequestMappingError(`${at}.image_url`, `${at}.image_url.url is required.`);
  if ((objectOf(image).detail ?? 'auto') !== 'auto') parameters.drop('image_url.detail');
  return { type: 'image', source: imageSource(url, `${at}.image_url`) };
}

function imageSource(url: string, param: string): JsonObject {
  const data = DATA_URL.exec(url);
  if (data === null) {
    if (/^https?:\/\//i.test(url)) return { type: 'url', url };
    throw new RequestMappingError(param, `${param} must be an http(s) address or a base64 data URL.`);
  }
  const type = (data[1] ?? '').toLowerCase();
  // A spelling that browsers accept and the API does not.
  const mediaType = type === 'image/jpg' ? 'image/jpeg' : type;
  if (!IMAGE_TYPES.has(mediaType)) {
    throw new RequestMappingError(
      param,
      `${param} is of type ${type}: JPEG, PNG, GIF and WebP are accepted.`,
    );
  }
  return { type: 'base64', media_type: mediaType, data: url.slice(data[0].length) };
}

/** https://platform.claude.com/docs/en/build-with-claude/pdf-support */
function documentBlock(file: JsonObject, at: string): JsonObject {
  const url = stringOf(file.file_data) ?? '';
  const data = DATA_URL.exec(url);
  if (data === null || data[1]?.toLowerCase() !== 'application/pdf') {
    throw new RequestMappingError(`${at}.file`, `${at}.file.file_data must be a PDF as a base64 data URL.`);
  }
  const source = { type: 'base64', media_type: 'application/pdf', data: url.slice(data[0].length) };
  const title = stringOf(file.filename);
  return { type: 'document', source, ...(title === null ? {} : { title }) };
}
