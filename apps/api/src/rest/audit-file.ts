import { exportAudit } from '@aigc/core/audit/list-audit';
import { auditFilterSchema } from '@aigc/shared/schemas/audit';
import { timeZoneSchema } from '@aigc/shared/schemas/stats';
import type { Container } from '../container.ts';
import type { Exchange } from './call-procedure.ts';
import { readFileRequest } from './read-file-request.ts';
import { streamFile, type ExportFormat } from './stream-file.ts';
import { timeInZone } from './time-in-zone.ts';

export const AUDIT_FILE_PATHS: Readonly<Record<ExportFormat, string>> = {
  csv: '/api/admin/audit.csv',
  ndjson: '/api/admin/audit.ndjson',
};

/** The filters of the audit log, and the zone that times of a CSV file are written in. */
export const auditFileQuerySchema = auditFilterSchema.extend({ time_zone: timeZoneSchema.default('UTC') });

const HEADER = [
  'time',
  'actor_kind',
  'actor_id',
  'actor',
  'action',
  'target_type',
  'target_id',
  'target',
  'ip',
  'changes',
];

/** Sends every entry of the audit log that the filter finds, to administrators. */
export async function sendAuditFile(
  container: Container,
  exchange: Exchange,
  format: ExportFormat,
): Promise<void> {
  const { deps, actor, query, isHead } = await readFileRequest(container, exchange, auditFileQuerySchema);
  const { time_zone: timeZone, ...filter } = query;
  await streamFile(exchange.res, {
    format,
    name: 'audit-log',
    timeZone,
    isHead,
    batches: exportAudit(deps, actor, filter),
    header: HEADER,
    cells: (entry) => [
      timeInZone(entry.created_at, timeZone),
      entry.actor_kind,
      entry.actor_id,
      entry.actor_email,
      entry.action,
      entry.target_type,
      entry.target_id,
      entry.target_name,
      entry.ip,
      entry.changes.length === 0 ? '' : JSON.stringify(entry.changes),
    ],
  });
}
