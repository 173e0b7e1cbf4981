import { auditFilterSchema } from '@aigc/shared/schemas/audit';
import { costReportInputSchema } from '@aigc/shared/schemas/cost-report';
import { z } from 'zod';
import { AUDIT_FILE_PATHS, auditFileQuerySchema } from '../audit-file.ts';
import { REPORT_FILE_PATH } from '../report-file.ts';
import { callLogFilterSchema } from '@aigc/shared/schemas/logs';
import { CALL_LOG_FILE_PATHS, callLogFileQuerySchema } from '../call-logs-file.ts';
import type { OpenApiOperation } from '../openapi-document.ts';

const ESTIMATE =
  'The header `x-estimated-rows` says about how many there are, where that is known; `HEAD` asks for it alone. A file whose connection broke off is not complete.';

/** Exports, which are no procedures because they stream files. */
export const CSV_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  [CALL_LOG_FILE_PATHS.csv]: {
    get: {
      operationId: 'logsCsv',
      tags: ['Call logs'],
      summary: 'Export calls as a CSV file',
      description: `Every call that the filters find, newest first. Times are written in \`time_zone\`. ${ESTIMATE}`,
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(callLogFileQuerySchema),
      responses: {
        200: {
          description: 'A CSV file in UTF-8 with a header row.',
          content: {
            'text/csv': {
              schema: { type: 'string' },
              example: 'time,request_id,status\r\n2026-11-21T18:30:00.000+08:00,req_1,success\r\n',
            } as { example: unknown },
          },
        },
      },
    },
  },
  [REPORT_FILE_PATH]: {
    get: {
      operationId: 'reportCsv',
      tags: ['Billing'],
      summary: 'Export a report of a period as a CSV file',
      description: 'Every row of the report that the same parameters give at `/api/platform/report`.',
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(costReportInputSchema),
      responses: {
        200: {
          description: 'A CSV file in UTF-8 with a header row.',
          content: {
            'text/csv': {
              schema: { type: 'string' },
              example:
                'day,calls,failed,input_tokens,output_tokens,cost,currency\r\n2026-11-21,128,1,52000,9100,0.4812,CNY\r\n',
            } as { example: unknown },
          },
        },
      },
    },
  },
  [CALL_LOG_FILE_PATHS.ndjson]: {
    get: {
      operationId: 'logsNdjson',
      tags: ['Call logs'],
      summary: 'Export calls as lines of JSON',
      description: `Every call that the filters find, newest first, one JSON object a line. ${ESTIMATE}`,
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(callLogFilterSchema),
      responses: {
        200: {
          description: 'One JSON object a line.',
          content: {
            'application/x-ndjson': {
              schema: { type: 'string' },
              example: '{"id":"17","request_id":"req_1","model_name":"demo-chat","status":"success"}\n',
            } as { example: unknown },
          },
        },
      },
    },
  },
  [AUDIT_FILE_PATHS.csv]: {
    get: {
      operationId: 'auditCsv',
      tags: ['Administration: audit log'],
      summary: 'Export the audit log as a CSV file',
      description:
        'Every entry that the filters find, newest first. Times are written in `time_zone`; `changes` holds JSON.',
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(auditFileQuerySchema),
      responses: {
        200: {
          description: 'A CSV file in UTF-8 with a header row.',
          content: {
            'text/csv': {
              schema: { type: 'string' },
              example:
                'time,actor_kind,actor_id,actor,action\r\n2026-11-21T18:30:00.000+08:00,user,usr_1,admin@example.com,model.update\r\n',
            } as { example: unknown },
          },
        },
      },
    },
  },
  [AUDIT_FILE_PATHS.ndjson]: {
    get: {
      operationId: 'auditNdjson',
      tags: ['Administration: audit log'],
      summary: 'Export the audit log as lines of JSON',
      description: 'Every entry that the filters find, newest first, one JSON object a line.',
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(auditFilterSchema),
      responses: {
        200: {
          description: 'One JSON object a line.',
          content: {
            'application/x-ndjson': {
              schema: { type: 'string' },
              example: '{"id":"17","action":"model.update","target_name":"gpt-4o"}\n',
            } as { example: unknown },
          },
        },
      },
    },
  },
};

function queryParameters(schema: z.ZodObject): NonNullable<OpenApiOperation['parameters']> {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}
