import { crc32 } from 'node:zlib';

/**
 * A record on disk, little-endian:
 *
 *   0  u32  mark, so that records can be found behind a damaged place
 *   4  u32  length of the payload
 *   8  u32  how many bytes of this segment were known to be on disk when the record was written
 *  12  u32  CRC-32 of everything after it
 *  16  u64  sequence
 *  24       payload
 */
export const FRAME_HEADER_BYTES = 24;

/** "JREC". */
const MARK = Buffer.from('JREC', 'latin1');
/** Longer than any record: an answer kept for a repeat has at most 1 MiB before it is sealed and encoded. */
const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;
const CRC_FROM = 16;

export interface Frame {
  sequence: number;
  durableBytes: number;
  payload: Buffer;
  /** Where the next frame begins. */
  end: number;
}

/** Completes a frame whose payload of `payloadBytes` is already in place, `FRAME_HEADER_BYTES` behind `offset`. */
export function sealFrame(
  buffer: Buffer,
  { offset, payloadBytes, sequence }: { offset: number; payloadBytes: number; sequence: number },
): void {
  MARK.copy(buffer, offset);
  buffer.writeUInt32LE(payloadBytes, offset + 4);
  buffer.writeUInt32LE(sequence >>> 0, offset + 16);
  buffer.writeUInt32LE(Math.floor(sequence / 2 ** 32), offset + 20);
  const end = offset + FRAME_HEADER_BYTES + payloadBytes;
  buffer.writeUInt32LE(crc32(buffer.subarray(offset + CRC_FROM, end)), offset + 12);
}

/**
 * How many of the sealed `frames` fit into `room` bytes, and how many bytes they take. Each of them is told how
 * much of their segment is on disk, which is known only when they are written.
 */
export function placeFrames(
  frames: Buffer,
  { room, durableBytes }: { room: number; durableBytes: number },
): { records: number; bytes: number } {
  let bytes = 0;
  let records = 0;
  while (bytes < frames.length) {
    const end = bytes + FRAME_HEADER_BYTES + frames.readUInt32LE(bytes + 4);
    if (end > room) break;
    frames.writeUInt32LE(durableBytes, bytes + 8);
    bytes = end;
    records += 1;
  }
  return { records, bytes };
}

/** The whole and undamaged frame at `offset`, or null. */
export function readFrame(bytes: Buffer, offset: number): Frame | null {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return null;
  if (bytes.readUInt32LE(offset) !== MARK.readUInt32LE(0)) return null;
  const length = bytes.readUInt32LE(offset + 4);
  const end = offset + FRAME_HEADER_BYTES + length;
  if (length > MAX_PAYLOAD_BYTES || end > bytes.length) return null;
  if (crc32(bytes.subarray(offset + CRC_FROM, end)) !== bytes.readUInt32LE(offset + 12)) return null;
  return {
    sequence: bytes.readUInt32LE(offset + 16) + bytes.readUInt32LE(offset + 20) * 2 ** 32,
    durableBytes: bytes.readUInt32LE(offset + 8),
    payload: bytes.subarray(offset + FRAME_HEADER_BYTES, end),
    end,
  };
}

/** The next whole frame at or behind `offset`, wherever it begins; null if there is none. */
export function findFrame(bytes: Buffer, offset: number): (Frame & { start: number }) | null {
  for (let start = bytes.indexOf(MARK, offset); start !== -1; start = bytes.indexOf(MARK, start + 1)) {
    const frame = readFrame(bytes, start);
    if (frame !== null) return { ...frame, start };
  }
  return null;
}
