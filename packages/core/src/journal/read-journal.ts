import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { JournalDamagedError } from './journal-errors.ts';
import type { SequencedRecord } from './journal-record.ts';
import { scanSegment } from './scan-segment.ts';
import { listSegments } from './segment-file.ts';

/** The ids of the journals that have a directory here. */
export async function listJournals(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Reads a journal that nobody writes any more, a segment at a time. What a crash tore off at its end is left
 * out: nobody was told that it was safe. @throws JournalDamagedError
 */
export async function* readJournal(path: string): AsyncGenerator<SequencedRecord[], void> {
  const id = basename(path);
  let incomplete: { segment: string; offset: number } | null = null;
  let expected = 1;
  for (const { path: segment, firstSequence } of await listSegments(path)) {
    const scan = scanSegment(await readFile(segment), firstSequence);
    // Only the last segment with records may be torn: the ones before were synced when the next was begun.
    const isGap = incomplete !== null && expected !== firstSequence && scan.records.length > 0;
    if (isGap && incomplete !== null)
      throw new JournalDamagedError(id, incomplete.segment, incomplete.offset);
    if (scan.damagedAt !== null) throw new JournalDamagedError(id, segment, scan.damagedAt);
    if (scan.records.length > 0) yield scan.records;
    expected = (scan.records.at(-1)?.sequence ?? firstSequence - 1) + 1;
    incomplete = scan.isSalvaged ? null : { segment, offset: scan.endsAt };
  }
}
