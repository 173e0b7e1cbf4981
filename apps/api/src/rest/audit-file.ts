import { exportAudit } from '@aigc/core/audit/list-audit';
import { refusal } from '@aigc/shared/refusals';
import { auditFilterSchema } from '@aigc/shared/schemas/audit';
import { timeZoneSchema } from '@aigc/shared/schemas/stats';
import type { Container } from '../container.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRequestContext } from '../trpc/context.ts';
import type { Exchange } from './call-procedure.ts';
import { readTextInput } from './read-text-input.ts';
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
  { req, res }: Exchange,
  format: ExportFormat,
): Promise<void> {
  const ctx = await createRequestContext(container, { req, res, requestId: requestIdOf(req) });
  if (ctx.identityFailure !== null) throw ctx.identityFailure;
  if (ctx.actor === null) throw refusal('sign_in_first', {});
  const { searchParams } = new URL(req.url ?? '/', 'http://request.invalid');
  const { time_zone: timeZone, ...filter } = auditFileQuerySchema.parse(
    readTextInput(auditFileQuerySchema, searchParams),
  );
  await streamFile(res, {
    format,
    name: 'audit-log',
    timeZone,
    isHead: req.method === 'HEAD',
    batches: exportAudit(ctx.deps, ctx.actor, filter),
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
