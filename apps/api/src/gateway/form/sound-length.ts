import type { FormFile } from './form-request.ts';

/** The most tightly packed speech that codecs make: 6 kbit/s (Opus). */
const FEWEST_BYTES_PER_SECOND = 750;
/** Speech as it is usually sent, MP3 or AAC at 64 kbit/s: for estimates. */
const USUAL_BYTES_PER_SECOND = 8_000;
const HEADER_BYTES = 4096;
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** How long a sound is. */
export interface SoundLength {
  seconds: number;
  /** False: told by the file's header. */
  isEstimate: boolean;
}

/** A sound's length as its header tells it, or as files of its size usually have. */
export function soundLength(file: FormFile): SoundLength {
  const exact = waveSeconds(file);
  return exact === null
    ? { seconds: file.length / USUAL_BYTES_PER_SECOND, isEstimate: true }
    : { seconds: exact, isEstimate: false };
}

/** No sound of this file can be longer. */
export function longestSeconds(file: FormFile): number {
  return waveSeconds(file) ?? file.length / FEWEST_BYTES_PER_SECOND;
}

/**
 * The length of a WAV file with plain samples; null: the file is no such thing. The header's own sum is not believed:
 * what counts is the file's size and the samples' form, http://soundfile.sapp.org/doc/WaveFormat/.
 */
function waveSeconds({ pieces, length }: FormFile): number | null {
  const head = headOf(pieces);
  if (
    head.length < 36 ||
    head.toString('latin1', 0, 4) !== 'RIFF' ||
    head.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    return null;
  }
  let bytesPerSecond: number | null = null;
  let at = 12;
  while (at + 8 <= head.length) {
    const id = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    if (id === 'data') return bytesPerSecond === null ? null : (length - at - 8) / bytesPerSecond;
    if (id === 'fmt ' && at + 24 <= head.length) bytesPerSecond = plainRate(head, at + 8);
    at += 8 + size + (size % 2);
  }
  return null;
}

function plainRate(head: Buffer, at: number): number | null {
  const format = head.readUInt16LE(at);
  const rate = head.readUInt16LE(at + 2) * head.readUInt32LE(at + 4) * (head.readUInt16LE(at + 14) / 8);
  const isPlain = format === PCM || format === FLOAT || format === EXTENSIBLE;
  return isPlain && rate > 0 ? rate : null;
}

function headOf(pieces: readonly Buffer[]): Buffer {
  const head: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    if (length >= HEADER_BYTES) break;
    head.push(piece.subarray(0, HEADER_BYTES - length));
    length += piece.length;
  }
  return Buffer.concat(head);
}
