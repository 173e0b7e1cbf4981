import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyEvents, type BusboyInstance } from '@fastify/busboy';
import { AppError } from '@aigc/shared/errors';
import type { FormField, FormFile, FormRequest } from './form-request.ts';

const MIB = 1024 * 1024;
/** Longest text field: a prompt, or a list of words. */
const MAX_FIELD_BYTES = MIB;
const MAX_FIELDS = 100;
/** What boundaries, headers and fields may add to the files. */
const FRAMING_BYTES = 2 * MIB;

export interface FormLimits {
  maxFiles: number;
  /** Of all files together: they are kept in memory until the call is over. */
  maxFileBytes: number;
}

type Declared = Parameters<BusboyEvents['file']>;
/** Bytes without a file name are a file too, whatever the parser's types say. */
type FileEvent = [Declared[0], Declared[1], string | undefined, Declared[3], Declared[4]];

function tooLarge(maxFileBytes: number): AppError {
  return new AppError(
    'body_too_large',
    `The files of the form are larger than the limit of ${maxFileBytes / MIB} MiB.`,
    { param: 'file' },
  );
}

function refuseEarly({ headers }: IncomingMessage, maxFileBytes: number): void {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = headers;
  if (type === undefined || !/^multipart\/form-data\b/i.test(type)) {
    throw new AppError('unsupported_media_type', 'The content type must be multipart/form-data.', {
      param: 'content-type',
    });
  }
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Compressed request bodies are not accepted.', {
      param: 'content-encoding',
    });
  }
  if (length !== undefined && Number(length) > maxFileBytes + FRAMING_BYTES) throw tooLarge(maxFileBytes);
}

function openParser(req: IncomingMessage, maxFiles: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
      limits: {
        files: maxFiles,
        fields: MAX_FIELDS,
        fieldSize: MAX_FIELD_BYTES,
        parts: maxFiles + MAX_FIELDS,
      },
    });
  } catch {
    throw new AppError('invalid_field', 'The multipart form has no valid boundary.', {
      param: 'content-type',
    });
  }
}

/**
 * Reads a multipart form, files and fields in any order.
 * @throws AppError `unsupported_media_type`, `body_too_large`, `invalid_field`, `client_closed`
 */
export async function readForm(
  req: IncomingMessage,
  { maxFiles, maxFileBytes }: FormLimits,
): Promise<FormRequest> {
  refuseEarly(req, maxFileBytes);
  const parser = openParser(req, maxFiles);
  const parts: (FormField | FormFile)[] = [];
  let fileBytes = 0;
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<FormRequest>();
  // Of a form whose length was not announced: fields are kept in memory too.
  const onBytes = (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxFileBytes + FRAMING_BYTES) reject(tooLarge(maxFileBytes));
  };
  const malformed = () =>
    reject(new AppError('invalid_field', 'The multipart form is malformed.', { param: 'body' }));

  const onFile = (...[name, stream, filename = '', , contentType]: FileEvent) => {
    const pieces: Buffer[] = [];
    const file: FormFile = {
      kind: 'file',
      name,
      filename,
      contentType,
      pieces,
      length: 0,
    };
    parts.push(file);
    stream.on('error', malformed);
    stream.on('data', (piece: Buffer) => {
      fileBytes += piece.length;
      if (fileBytes > maxFileBytes) {
        pieces.length = 0;
        reject(tooLarge(maxFileBytes));
        return;
      }
      pieces.push(piece);
      file.length += piece.length;
    });
  };
  const onField: BusboyEvents['field'] = (...[name, value, , isTruncated]) => {
    if (isTruncated) {
      const why = `${name} is longer than ${MAX_FIELD_BYTES} bytes.`;
      reject(new AppError('invalid_field', why, { param: name }));
    }
    parts.push({ kind: 'field', name, value });
  };
  const onTooMany = (what: string) => () =>
    reject(new AppError('invalid_field', `The multipart form has more than ${what}.`, { param: 'body' }));
  const onLost = () => {
    if (req.complete) return;
    reject(
      new AppError('client_closed', 'The client closed the connection before its request was complete.'),
    );
  };
  parser.on('file', onFile);
  parser.on('field', onField);
  parser.once('filesLimit', onTooMany(`${maxFiles} files`));
  parser.once('fieldsLimit', onTooMany(`${MAX_FIELDS} fields`));
  parser.once('partsLimit', onTooMany(`${maxFiles + MAX_FIELDS} parts`));
  parser.once('finish', () => resolve({ parts }));
  // A body that is cut off raises an error on the file and another on the form.
  parser.on('error', malformed);
  req.once('error', onLost);
  req.once('close', onLost);
  req.on('data', onBytes);
  req.pipe(parser);
  try {
    return await promise;
  } finally {
    req.off('data', onBytes);
    req.unpipe(parser);
  }
}
