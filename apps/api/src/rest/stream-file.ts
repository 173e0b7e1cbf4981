import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { csvLine, UTF8_BOM } from './csv.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A list as a file: rows of CSV, or one JSON object a line. */
export interface FileContent<T> {
  format: ExportFormat;
  /** Without ending. */
  name: string;
  /** Zone of the time in the file's name. */
  timeZone: string;
  isHead: boolean;
  /** About how many rows there are, where that is known without reading them: sent as `x-estimated-rows`. */
  estimatedRows?: number | null;
  /** Read as fast as the client reads, so that a long list is never held in memory. */
  batches: AsyncGenerator<readonly T[], void>;
  header: readonly string[];
  cells: (row: T) => readonly (string | number | boolean | null)[];
}

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Sends a list of any length as a file. What `batches` throws before its first rows is thrown, and nothing is sent. */
export async function streamFile<T>(res: ServerResponse, content: FileContent<T>): Promise<void> {
  const { format, name, timeZone, batches, estimatedRows = null } = content;
  // The first batch before the head: a filter that may not be asked for is an error, not an empty file.
  let batch = await batches.next();
  res.writeHead(200, {
    'content-type': TYPES[format],
    'content-disposition': `attachment; filename="${name}-${fileTime(timeZone)}.${format}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(estimatedRows === null ? {} : { 'x-estimated-rows': String(estimatedRows) }),
  });
  if (content.isHead) {
    await batches.return();
    res.end();
    return;
  }
  if (format === 'csv') res.write(UTF8_BOM + csvLine(content.header));
  const toLine =
    format === 'csv'
      ? (row: T): string => csvLine(content.cells(row))
      : (row: T): string => `${JSON.stringify(row)}\n`;
  while (!batch.done && !res.destroyed) {
    await write(res, batch.value.map(toLine).join(''));
    batch = await batches.next();
  }
  res.end();
}

/** Waits for a slow reader. */
async function write(res: ServerResponse, text: string): Promise<void> {
  if (res.write(text) || res.destroyed) return;
  const left = new AbortController();
  const onClose = (): void => left.abort();
  res.once('close', onClose);
  await once(res, 'drain', { signal: left.signal }).catch(() => {});
  res.off('close', onClose);
}

/** Now, fit for a file's name: `20261121-1830`. */
function fileTime(timeZone: string): string {
  const now = Temporal.Now.zonedDateTimeISO(timeZone).toString({
    timeZoneName: 'never',
    offset: 'never',
    smallestUnit: 'minute',
  });
  return now.replaceAll(/[-:]/g, '').replace('T', '-');
}
