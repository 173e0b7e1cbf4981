import type { JsonObject } from '../../definition.ts';
import { objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';

/** Where the address of a file does not tell its type, what most images on the web are. */
const USUAL_IMAGE_TYPE = 'image/jpeg';

const TYPE_OF_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  mp4: 'video/mp4',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
};

/** A data URL as a part; undefined if it is none. */
function inlineData(url: string): JsonObject | undefined {
  const match = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,/i.exec(url);
  if (match?.[1] === undefined) return undefined;
  return { inlineData: { mimeType: match[1].toLowerCase(), data: url.slice(match[0].length) } };
}

function typeOfAddress(address: string): string | undefined {
  const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(address)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : TYPE_OF_ENDING[ending];
}

/** An `image_url` part. What is at an address is left to Google to fetch. @throws RequestMappingError */
export function imagePart(part: JsonObject, path: string): JsonObject {
  const url = stringOf(part.image_url) ?? stringOf(objectOf(part.image_url).url);
  const param = `${path}.image_url`;
  if (url === null) throw new RequestMappingError(param, 'image_url must hold a url.');
  const inline = inlineData(url);
  if (inline !== undefined) return inline;
  if (!/^(?:https?|gs):\/\//i.test(url)) {
    throw new RequestMappingError(
      param,
      'An image must be a base64 data URL, or an https:// or gs:// address.',
    );
  }
  return { fileData: { mimeType: typeOfAddress(url) ?? USUAL_IMAGE_TYPE, fileUri: url } };
}

/** An `input_audio` part. @throws RequestMappingError */
export function audioPart(part: JsonObject, path: string): JsonObject {
  const audio = objectOf(part.input_audio);
  const data = stringOf(audio.data);
  const format = stringOf(audio.format);
  if (data === null || format === null) {
    throw new RequestMappingError(`${path}.input_audio`, 'input_audio must hold data and format.');
  }
  return { inlineData: { mimeType: `audio/${format}`, data } };
}

/** A `file` part: its content as a data URL, or the address that Google's own file service gave. @throws RequestMappingError */
export function filePart(part: JsonObject, path: string): JsonObject {
  const file = objectOf(part.file);
  const data = stringOf(file.file_data);
  const inline = data === null ? undefined : inlineData(data);
  if (inline !== undefined) return inline;
  const id = stringOf(file.file_id);
  if (id !== null && /^(?:https|gs):\/\//i.test(id)) {
    return { fileData: { mimeType: typeOfAddress(id) ?? 'application/pdf', fileUri: id } };
  }
  throw new RequestMappingError(
    `${path}.file`,
    'A file must be given as file_data with a base64 data URL; ids of uploaded files are not known here.',
  );
}
