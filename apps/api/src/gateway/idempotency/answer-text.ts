import { isUtf8 } from 'node:buffer';

/** Before bytes that are no text. No JSON, event stream or transcript begins with it. */
const BYTES = '\u0000base64:';

/** An answer as text, which is what is sealed: as it is, or, of sound, its bytes in base64. */
export function toAnswerText(body: Buffer): string {
  const text = isUtf8(body) ? body.toString('utf8') : null;
  return text === null || text.startsWith(BYTES) ? BYTES + body.toString('base64') : text;
}

/** The very bytes of an answer again. */
export function fromAnswerText(text: string): Buffer {
  return text.startsWith(BYTES) ? Buffer.from(text.slice(BYTES.length), 'base64') : Buffer.from(text);
}
