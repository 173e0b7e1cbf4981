import type { BegunCall } from '../calls/call.ts';
import type { Settlement } from '../calls/call-books.ts';

/** What a journal holds: that a call's upstream was asked, and how a call (or a refusal) ended. */
export type JournalRecord =
  { kind: 'begin'; call: BegunCall } | { kind: 'settlement'; settlement: Settlement };

export interface SequencedRecord {
  /** Counts the records of one journal, from 1. */
  sequence: number;
  record: JournalRecord;
}

/** The record's bytes on disk: JSON, so that a person can read a journal with ordinary tools. */
export function encodeRecord(record: JournalRecord): string {
  return JSON.stringify(record);
}

/** @throws SyntaxError on bytes that this version did not write */
export function decodeRecord(payload: Buffer): JournalRecord {
  const record = JSON.parse(payload.toString('utf8')) as Partial<JournalRecord> | null;
  if (record?.kind !== 'begin' && record?.kind !== 'settlement') {
    throw new SyntaxError('a journal record of an unknown kind');
  }
  return record as JournalRecord;
}

export function requestIdOf(record: JournalRecord): string {
  return record.kind === 'begin' ? record.call.requestId : record.settlement.call.requestId;
}
