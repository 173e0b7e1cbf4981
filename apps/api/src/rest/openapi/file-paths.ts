import { auditFilterSchema } from '@aigc/shared/schemas/audit';
import { costReportInputSchema } from '@aigc/shared/schemas/cost-report';
import { callLogFilterSchema } from '@aigc/shared/schemas/logs';
import { z } from 'zod';
import { AUDIT_FILE_PATHS, auditFileQuerySchema } from '../audit-file.ts';
import { CALL_LOG_FILE_PATHS, callLogFileQuerySchema } from '../call-logs-file.ts';
import type { OpenApiOperation } from '../openapi-document.ts';
import { REPORT_FILE_PATH } from '../report-file.ts';
import type { ExportFormat } from '../stream-file.ts';

const ESTIMATE =
  'The header `x-estimated-rows` says about how many there are, where that is known; `HEAD` asks for it alone. A file whose connection broke off is not complete.';

/** Exports, which are no procedures because they stream files. */
export const FILE_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  [CALL_LOG_FILE_PATHS.csv]: file('csv', {
    operationId: 'logsCsv',
    tag: 'Call logs',
    summary: 'Export calls as a CSV file',
    description: `Every call that the filters find, newest first. Times are written in \`time_zone\`. ${ESTIMATE}`,
    query: callLogFileQuerySchema,
    example: 'time,request_id,status\r\n2026-11-21T18:30:00.000+08:00,req_1,success\r\n',
  }),
  [REPORT_FILE_PATH]: file('csv', {
    operationId: 'reportCsv',
    tag: 'Billing',
    summary: 'Export a report of a period as a CSV file',
    description: 'Every row of the report that the same parameters give at `/api/platform/report`.',
    query: costReportInputSchema,
    example:
      'day,calls,failed,input_tokens,output_tokens,cost,currency\r\n2026-11-21,128,1,52000,9100,0.4812,CNY\r\n',
  }),
  [CALL_LOG_FILE_PATHS.ndjson]: file('ndjson', {
    operationId: 'logsNdjson',
    tag: 'Call logs',
    summary: 'Export calls as lines of JSON',
    description: `Every call that the filters find, newest first, one JSON object a line. ${ESTIMATE}`,
    query: callLogFilterSchema,
    example: '{"id":"17","request_id":"req_1","model_name":"demo-chat","status":"success"}\n',
  }),
  [AUDIT_FILE_PATHS.csv]: file('csv', {
    operationId: 'auditCsv',
    tag: 'Administration: audit log',
    summary: 'Export the audit log as a CSV file',
    description:
      'Every entry that the filters find, newest first. Times are written in `time_zone`; `changes` holds JSON.',
    query: auditFileQuerySchema,
    example:
      'time,actor_kind,actor_id,actor,action\r\n2026-11-21T18:30:00.000+08:00,user,usr_1,admin@example.com,model.update\r\n',
  }),
  [AUDIT_FILE_PATHS.ndjson]: file('ndjson', {
    operationId: 'auditNdjson',
    tag: 'Administration: audit log',
    summary: 'Export the audit log as lines of JSON',
    description: 'Every entry that the filters find, newest first, one JSON object a line.',
    query: auditFilterSchema,
    example: '{"id":"17","action":"model.update","target_name":"gpt-4o"}\n',
  }),
};

interface FileOperation {
  operationId: string;
  tag: string;
  summary: string;
  description: string;
  query: z.ZodObject;
  example: string;
}

function file(
  format: ExportFormat,
  { operationId, tag, summary, description, query, example }: FileOperation,
): Record<string, OpenApiOperation> {
  const content = { schema: { type: 'string' }, example };
  const answer =
    format === 'csv'
      ? { description: 'A CSV file in UTF-8 with a header row.', content: { 'text/csv': content } }
      : { description: 'One JSON object a line.', content: { 'application/x-ndjson': content } };
  return {
    get: {
      operationId,
      tags: [tag],
      summary,
      description,
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(query),
      responses: { 200: answer },
    },
  };
}

function queryParameters(schema: z.ZodObject): NonNullable<OpenApiOperation['parameters']> {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}
