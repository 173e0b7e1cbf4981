import type { JsonObject } from '../../definition.ts';
import { isObject, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';

const NOT_KEPT = 'names a file by its id; files are not kept here, so send its contents.';

/** The content of an input message as that of a chat message: text, or text, images, sounds and files. */
export function chatContent(content: unknown, path: string): string | JsonObject[] {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) {
    throw new RequestMappingError(path, `${path} must be a string or an array of parts.`);
  }
  return content.map((part: unknown, index) => chatPart(part, `${path}[${index}]`));
}

function chatPart(part: unknown, path: string): JsonObject {
  if (!isObject(part)) throw new RequestMappingError(path, `${path} must be an object.`);
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: stringOf(part.text) ?? '' };
    case 'refusal':
      return { type: 'refusal', refusal: stringOf(part.refusal) ?? '' };
    case 'input_image':
      return imagePart(part, path);
    case 'input_audio':
      return { type: 'input_audio', input_audio: part.input_audio };
    case 'input_file':
      return filePart(part, path);
    default: {
      const type = stringOf(part.type) ?? 'none';
      throw new RequestMappingError(`${path}.type`, `Content of the type "${type}" is not supported here.`);
    }
  }
}

function imagePart({ image_url: url, file_id: id, detail }: JsonObject, path: string): JsonObject {
  if (typeof url === 'string') {
    const isPlain = detail === undefined || detail === null || detail === 'auto';
    return { type: 'image_url', image_url: isPlain ? { url } : { url, detail } };
  }
  if (typeof id === 'string') throw new RequestMappingError(`${path}.file_id`, `${path} ${NOT_KEPT}`);
  throw new RequestMappingError(`${path}.image_url`, `${path}.image_url is required.`);
}

function filePart({ file_data: data, file_id: id, filename }: JsonObject, path: string): JsonObject {
  if (typeof data === 'string') {
    return {
      type: 'file',
      file: typeof filename === 'string' ? { filename, file_data: data } : { file_data: data },
    };
  }
  if (typeof id === 'string') throw new RequestMappingError(`${path}.file_id`, `${path} ${NOT_KEPT}`);
  throw new RequestMappingError(
    path,
    `${path} must hold its contents as file_data; addresses of files are not fetched.`,
  );
}

/** All text of a content; its other parts do not count. */
export function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isObject(part) ? (stringOf(part.text) ?? '') : '')).join('');
}
