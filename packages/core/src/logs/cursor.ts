import { refusal } from '@aigc/shared/refusals';

/** PostgreSQL's largest `bigint`: an id above it is no id, and asking for it would be an error. */
const MAX_BIGINT = 9_223_372_036_854_775_807n;

/** Where a page of the log ended: time with microseconds as the database keeps it, and id. */
export interface LogPosition {
  createdAt: string;
  id: string;
}

/** An opaque text for the next page's start. */
export function encodeCursor(position: LogPosition): string {
  return Buffer.from(`${position.createdAt} ${position.id}`).toString('base64url');
}

/** @throws AppError `invalid_field` on `cursor` when it is not one of ours */
export function decodeCursor(cursor: string): LogPosition {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z) ([1-9]\d{0,18})$/.exec(text);
  const [, createdAt, id] = match ?? [];
  if (createdAt === undefined || id === undefined || Number.isNaN(Date.parse(createdAt)) || !isBigId(id)) {
    throw refusal('wrong_cursor', {}, { param: 'cursor' });
  }
  return { createdAt, id };
}

/** True if the text is an id that a `bigserial` column can hold. */
export function isBigId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= MAX_BIGINT;
}
