import { open, readFile, rename } from 'node:fs/promises';
import { encodeRecord, type SequencedRecord } from './journal-record.ts';
import { RecordBuffer } from './record-buffer.ts';
import { salvageSegment, scanSegment } from './scan-segment.ts';
import { listSegments, segmentHeader, syncDirectory, type SegmentName } from './segment-file.ts';

export interface SegmentReport {
  path: string;
  readableRecords: number;
  /** Bytes between readable records that make none. 0: nothing is lost here. */
  unreadableBytes: number;
  isDamaged: boolean;
}

interface Finding extends SegmentReport {
  records: SequencedRecord[];
}

/** What can be read of a journal, segment by segment. Changes nothing. */
export async function inspectJournal(path: string): Promise<SegmentReport[]> {
  return (await find(path)).map(({ records: _records, ...report }) => report);
}

/**
 * Makes a damaged journal readable: of each damaged segment everything that can be read goes into a new file, and
 * the damaged one stays beside it under the name `….journal.damaged`. Returns what was found.
 */
export async function salvageJournal(path: string): Promise<SegmentReport[]> {
  const found = await find(path);
  for (const { path: segment, records, isDamaged } of found) {
    if (!isDamaged) continue;
    const frames = new RecordBuffer();
    for (const { sequence, record } of records) frames.add(encodeRecord(record), sequence);
    const draft = `${segment}.salvaged`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(Buffer.concat([segmentHeader(true), frames.bytes]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(segment, `${segment}.damaged`);
    await rename(draft, segment);
  }
  await syncDirectory(path);
  return found.map(({ records: _records, ...report }) => report);
}

async function find(path: string): Promise<Finding[]> {
  const segments = await listSegments(path);
  const findings: Finding[] = [];
  for (const [index, name] of segments.entries()) {
    findings.push(await findIn(name, segments[index + 1]));
  }
  return findings;
}

async function findIn({ path, firstSequence }: SegmentName, next: SegmentName | undefined): Promise<Finding> {
  const bytes = await readFile(path);
  const scan = scanSegment(bytes, firstSequence);
  const endsEarly =
    next !== undefined && !scan.isSalvaged && (scan.records.at(-1)?.sequence ?? 0) + 1 < next.firstSequence;
  if (scan.damagedAt === null && !endsEarly) {
    return {
      path,
      readableRecords: scan.records.length,
      unreadableBytes: 0,
      isDamaged: false,
      records: scan.records,
    };
  }
  const { records, unreadableBytes } = salvageSegment(bytes);
  return { path, readableRecords: records.length, unreadableBytes, isDamaged: true, records };
}
