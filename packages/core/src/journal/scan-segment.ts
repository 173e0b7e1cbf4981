import { findFrame, readFrame } from './frame.ts';
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-file.ts';
import { decodeRecord, type SequencedRecord } from './journal-record.ts';

export interface SegmentScan {
  records: SequencedRecord[];
  /** Where reading stopped: behind the last record in order. */
  endsAt: number;
  /**
   * Bytes that cannot be read although records behind them were written after they were on disk: damage, not a
   * write that a crash cut off. Null: none.
   */
  damagedAt: number | null;
  /** Records may be missing between those there are: the segment was salvaged. */
  isSalvaged: boolean;
}

/**
 * Reads a segment from its start. A crash can tear only what was not yet synced, so bytes that make no record
 * end the segment; but if a later record says that they were on disk when it was written, they are damaged.
 */
export function scanSegment(bytes: Buffer, firstSequence: number): SegmentScan {
  const header = readSegmentHeader(bytes);
  const records: SequencedRecord[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let expected = firstSequence;
  if (header !== null) {
    for (;;) {
      const frame = readFrame(bytes, offset);
      const isInOrder =
        frame !== null && (header.isSalvaged ? frame.sequence >= expected : frame.sequence === expected);
      if (!isInOrder) break;
      records.push({ sequence: frame.sequence, record: decodeRecord(frame.payload) });
      expected = frame.sequence + 1;
      offset = frame.end;
    }
  }
  return {
    records,
    endsAt: offset,
    damagedAt: isDamaged(bytes, header === null ? 0 : offset) ? (header === null ? 0 : offset) : null,
    isSalvaged: header?.isSalvaged ?? false,
  };
}

function isDamaged(bytes: Buffer, brokenAt: number): boolean {
  for (let next = findFrame(bytes, brokenAt); next !== null; next = findFrame(bytes, next.end)) {
    if (next.durableBytes > brokenAt) return true;
  }
  return false;
}

/** Every record that can be read, in order, whatever lies between; and where the first unreadable bytes are. */
export function salvageSegment(bytes: Buffer): { records: SequencedRecord[]; unreadableBytes: number } {
  const records: SequencedRecord[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let unreadableBytes = 0;
  let last = 0;
  for (let next = findFrame(bytes, offset); next !== null; next = findFrame(bytes, offset)) {
    unreadableBytes += next.start - offset;
    if (next.sequence > last) {
      records.push({ sequence: next.sequence, record: decodeRecord(next.payload) });
      last = next.sequence;
    }
    offset = next.end;
  }
  return { records, unreadableBytes };
}
