import type { Framing } from './behaviour.ts';

/** The bytes of one event of a stream, framed as scripted. `position` counts the events from 0. */
export function frameEvent(data: string | Buffer, position: number, framing: Framing = {}): Buffer {
  const end = framing.crlf === true ? '\r\n' : '\n';
  const before: string[] = [];
  if (framing.noise === true) {
    before.push(': a comment', `id: ${position}`, 'retry: 3000');
    if (position % 2 === 0) before.push('event: message');
  }
  return Buffer.concat([
    Buffer.from(before.map((line) => `${line}${end}`).join('')),
    Buffer.from(framing.noSpace === true ? 'data:' : 'data: '),
    Buffer.from(data),
    Buffer.from(`${end}${end}`),
  ]);
}
