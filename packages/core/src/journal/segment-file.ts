import { open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Every segment begins with these bytes and one byte of flags, padded to this size. */
export const SEGMENT_HEADER_BYTES = 16;
const MAGIC = Buffer.from('AIGCJNL1', 'latin1');
const SALVAGED = 1;

const SUFFIX = '.journal';
const SPARE_SUFFIX = '.spare';
const ZEROS = Buffer.alloc(1024 * 1024);

/** A segment of a journal that is being written. */
export interface Segment {
  path: string;
  firstSequence: number;
  lastSequence: number;
  /** Calls whose `begin` is here and whose settlement is not on disk yet. */
  openBegins: number;
}

export interface SegmentName {
  /** The sequence of its first record. */
  firstSequence: number;
  path: string;
}

export function segmentPath(directory: string, firstSequence: number): string {
  return join(directory, `${String(firstSequence).padStart(16, '0')}${SUFFIX}`);
}

/** The segments of a journal in order; spare and set-aside files are not among them. */
export async function listSegments(directory: string): Promise<SegmentName[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => /^\d{16}\.journal$/.test(name))
    .toSorted()
    .map((name) => ({ firstSequence: Number(name.slice(0, 16)), path: join(directory, name) }));
}

/** The first bytes of a segment. */
export function segmentHeader(isSalvaged: boolean): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt8(isSalvaged ? SALVAGED : 0, MAGIC.length);
  return header;
}

/** Null: the file does not begin like a segment. */
export function readSegmentHeader(bytes: Buffer): { isSalvaged: boolean } | null {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  return { isSalvaged: bytes.readUInt8(MAGIC.length) === SALVAGED };
}

/**
 * Makes a file of `size` bytes whose blocks the file system has given: zeros are written and synced, so that
 * an append later neither lacks space nor has to change the file's size.
 */
export async function createSpare(
  directory: string,
  { name, size }: { name: number; size: number },
): Promise<string> {
  const path = join(directory, `${name}${SPARE_SUFFIX}`);
  const file = await open(path, 'w', 0o600);
  try {
    for (let written = 0; written < size;) {
      const { bytesWritten } = await file.write(ZEROS, 0, Math.min(ZEROS.length, size - written), written);
      written += bytesWritten;
    }
    await file.sync();
  } catch (error) {
    await file.close().catch(() => {});
    await unlink(path).catch(() => {});
    throw error;
  }
  await file.close();
  return path;
}

/** A spare becomes the segment that begins with `firstSequence`. The directory still has to be synced. */
export async function adoptSpare(directory: string, spare: string, firstSequence: number): Promise<string> {
  const path = segmentPath(directory, firstSequence);
  await rename(spare, path);
  return path;
}

/** Makes the directory's entries durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
