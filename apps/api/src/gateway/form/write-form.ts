import { randomBytes } from 'node:crypto';
import type { FormRequest } from './form-request.ts';

export interface WrittenForm {
  contentType: string;
  /** One after the other; the files' pieces are not copied. */
  body: readonly Buffer[];
}

/** As browsers write them: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function quoted(text: string): string {
  const escaped = text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `"${escaped}"`;
}

function isPlainType(type: string): boolean {
  return /^[\w.+-]+\/[\w.+-]+$/.test(type);
}

/**
 * Frames a form anew: its parts in their order, but with these fields in place of those of the same name. A field that
 * was not there goes first.
 */
export function writeForm({ parts }: FormRequest, fields: Readonly<Record<string, string>>): WrittenForm {
  const boundary = `aigc-${randomBytes(18).toString('hex')}`;
  const body: Buffer[] = [];
  const writeField = (name: string, value: string) =>
    body.push(
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`,
      ),
    );
  const isSet = (name: string) => Object.hasOwn(fields, name);
  const present = new Set(parts.map(({ name }) => name));
  const written = new Set<string>();
  for (const [name, value] of Object.entries(fields)) if (!present.has(name)) writeField(name, value);
  for (const part of parts) {
    if (isSet(part.name)) {
      if (!written.has(part.name)) writeField(part.name, fields[part.name] ?? '');
      written.add(part.name);
    } else if (part.kind === 'field') writeField(part.name, part.value);
    else {
      const type = isPlainType(part.contentType) ? part.contentType : 'application/octet-stream';
      const disposition = `form-data; name=${quoted(part.name)}; filename=${quoted(part.filename)}`;
      body.push(
        Buffer.from(`--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\n`),
        ...part.pieces,
        Buffer.from('\r\n'),
      );
    }
  }
  body.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}
