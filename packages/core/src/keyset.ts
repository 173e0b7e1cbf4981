import { refusal } from '@aigc/shared/refusals';

/** Where a page of a list ended that is ordered by time and id: the time with microseconds, as the database keeps it. */
export interface Keyset {
  createdAt: string;
  id: string;
}

/** SQL expression of a time as cursors carry it. */
export const KEYSET_TIME = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** An opaque text for the next page's start. */
export function encodeKeyset({ createdAt, id }: Keyset): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

/** `id` is what an id of the list looks like. @throws AppError `invalid_field` on `cursor` when it is not one of ours */
export function decodeKeyset(cursor: string, id: RegExp): Keyset {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const [, time, at] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z) (\S+)$/.exec(text) ?? [];
  if (time === undefined || at === undefined || Number.isNaN(Date.parse(time)) || !id.test(at)) {
    throw refusal('wrong_cursor', {}, { param: 'cursor' });
  }
  return { createdAt: time, id: at };
}

/** A pattern of LIKE for texts that hold this one, whatever signs are in it. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
