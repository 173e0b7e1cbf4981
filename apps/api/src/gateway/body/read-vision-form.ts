import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyEvents, type BusboyInstance } from '@fastify/busboy';
import { AppError } from '@aigc/shared/errors';

/** Largest image accepted, before it is resized. */
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
const MAX_FIELD_BYTES = 1024 * 1024;

export interface VisionForm {
  image: Buffer | null;
  /** Text fields by name; of a repeated one the last counts. */
  fields: Record<string, string>;
}

export function imageTooLarge(): AppError {
  return new AppError(
    'image_too_large',
    `The image is larger than the limit of ${MAX_IMAGE_BYTES / 1024 / 1024} MiB.`,
    {
      param: 'image',
    },
  );
}

function malformed(): AppError {
  return new AppError('invalid_field', 'The multipart form is malformed.', { param: 'image' });
}

/** Reads a multipart form with an `image` file and text fields, in any order. */
export async function readVisionForm(req: IncomingMessage): Promise<VisionForm> {
  const form: VisionForm = { image: null, fields: Object.create(null) as Record<string, string> };
  const { promise, resolve, reject } = Promise.withResolvers<VisionForm>();
  let parser: BusboyInstance;
  try {
    parser = new Busboy({
      headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
      limits: { files: 5, fileSize: MAX_IMAGE_BYTES, fields: 50, fieldSize: MAX_FIELD_BYTES, parts: 60 },
    });
  } catch {
    throw new AppError('invalid_field', 'The multipart form has no valid boundary.', {
      param: 'content-type',
    });
  }
  parser.on('file', (name, stream) => {
    stream.on('error', () => reject(malformed()));
    if (name !== 'image') {
      stream.resume();
      return;
    }
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('limit', () => reject(imageTooLarge()));
    stream.once('end', () => {
      form.image = Buffer.concat(parts);
    });
  });
  const onField: BusboyEvents['field'] = (...[name, value, , isTruncated]) => {
    if (isTruncated) {
      reject(
        new AppError('invalid_field', `${name} is longer than ${MAX_FIELD_BYTES} bytes.`, { param: name }),
      );
    }
    form.fields[name] = value;
  };
  parser.on('field', onField);
  parser.once('finish', () => resolve(form));
  // A body that is cut off raises an error on the file and another on the form.
  parser.on('error', () => reject(malformed()));
  req.once('aborted', () => reject(new AppError('client_closed', 'The client closed the connection.')));
  req.pipe(parser);
  try {
    return await promise;
  } finally {
    req.unpipe(parser);
  }
}
