import { z } from 'zod';
import { csvQuerySchema } from '../call-logs-csv.ts';
import type { OpenApiOperation } from '../openapi-document.ts';

/** The CSV export of the call log, which is no procedure because it streams a file. */
export const CSV_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  '/api/platform/call-logs.csv': {
    get: {
      operationId: 'logsCsv',
      tags: ['Call logs'],
      summary: 'Export calls as a CSV file',
      description: 'Every call that the filters find, newest first. Times are written in `time_zone`.',
      security: [{ managementKey: [] }, { sessionCookie: [] }],
      parameters: queryParameters(csvQuerySchema),
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
};

function queryParameters(schema: z.ZodObject): NonNullable<OpenApiOperation['parameters']> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: false,
    schema: property,
  }));
}
