import { ERROR_CATALOGUE } from '@aigc/shared/errors';
import type { OpenApiDocument, OpenApiOperation } from '../openapi-document.ts';

interface ErrorKind {
  name: string;
  description: string;
  code: keyof typeof ERROR_CATALOGUE;
  message: string;
  param?: string;
}

const KINDS: Record<string, ErrorKind> = {
  400: {
    name: 'BadRequest',
    description: 'Something in the request is missing or wrong; `param` names the field.',
    code: 'invalid_field',
    message: 'name must have at most 100 characters.',
    param: 'name',
  },
  401: {
    name: 'Unauthorized',
    description: 'No valid key or session was sent.',
    code: 'unauthenticated',
    message: 'Sign in, or send a management key as "Authorization: Bearer mk-aigc-…".',
  },
  402: {
    name: 'InsufficientQuota',
    description: 'The balance does not cover the call.',
    code: 'insufficient_quota',
    message: 'The balance is too low for this call.',
  },
  403: {
    name: 'Forbidden',
    description: 'The caller may not do this, or the key is disabled or of the wrong kind.',
    code: 'forbidden',
    message: 'Only administrators may do this.',
  },
  404: {
    name: 'NotFound',
    description: 'There is no such thing, or it belongs to someone else.',
    code: 'not_found',
    message: 'There is no such API key.',
    param: 'id',
  },
  409: {
    name: 'Conflict',
    description: 'A name is taken or a limit is reached.',
    code: 'conflict',
    message: 'You already have a local model named "my-model".',
    param: 'name',
  },
  413: {
    name: 'BodyTooLarge',
    description: 'The body is too large.',
    code: 'body_too_large',
    message: 'The request body is larger than the limit of 1 MiB.',
  },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is not JSON.',
    code: 'unsupported_media_type',
    message: 'The content type must be application/json.',
    param: 'content-type',
  },
  429: {
    name: 'TooManyRequests',
    description: 'Too many requests; `retry-after` says when the next may come.',
    code: 'rate_limit_exceeded',
    message: 'At most 10 tests a minute; try again in 20 s.',
  },
  500: {
    name: 'ServerError',
    description: 'Something went wrong here.',
    code: 'server_error',
    message: 'Something went wrong here. Try again; if it stays, report the request id.',
  },
  502: {
    name: 'UpstreamError',
    description: 'The model’s upstream cannot be reached or answered something unusable.',
    code: 'upstream_unreachable',
    message: 'The upstream refused the connection or cannot be reached.',
  },
  503: {
    name: 'ServiceUnavailable',
    description: 'The service or its database is away for a moment.',
    code: 'service_unavailable',
    message: 'The database cannot be reached right now. Try again in a moment.',
  },
};

/** The error envelope and one response for each status. */
export const ERROR_COMPONENTS = {
  schemas: {
    Error: {
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['message', 'type', 'param', 'code'],
          properties: {
            message: { type: 'string', description: 'A sentence for people.' },
            type: {
              type: 'string',
              enum: [...new Set(Object.values(ERROR_CATALOGUE).map(({ type }) => type))],
            },
            param: { type: ['string', 'null'], description: 'The field at fault.' },
            code: { type: ['string', 'null'], description: 'Stable, for programs.' },
          },
        },
      },
    },
  },
  responses: Object.fromEntries(
    Object.values(KINDS).map(({ name, description, code, message, param }) => [
      name,
      {
        description,
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Error' },
            example: { error: { message, type: ERROR_CATALOGUE[code].type, param: param ?? null, code } },
          },
        },
      },
    ]),
  ),
};

/** Puts the envelope in place of the errors that the generator supposes. Hand-written operations name their own. */
export function addErrorResponses(document: OpenApiDocument): void {
  for (const operations of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.tags?.[0] === 'OpenAI-compatible API') continue;
      const success = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      operation.responses = {
        ...Object.fromEntries(success),
        ...errorRefs(statusesOf(method, operation)),
      };
    }
  }
}

/** References to the responses of these statuses. */
export function errorRefs(statuses: readonly number[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    statuses.flatMap((status) => {
      const kind = KINDS[status];
      return kind === undefined ? [] : [[String(status), { $ref: `#/components/responses/${kind.name}` }]];
    }),
  );
}

function statusesOf(method: string, operation: OpenApiOperation): number[] {
  const hasBody = operation.requestBody !== undefined;
  const hasPathName = operation.parameters?.some((parameter) => parameter.in === 'path') === true;
  const isTest = operation.operationId.endsWith('Test');
  return [
    400,
    401,
    403,
    ...(hasPathName || isTest ? [404] : []),
    ...(hasBody && (method === 'post' || method === 'put') ? [409, 413, 415] : []),
    ...(isTest ? [429] : []),
    500,
    503,
  ];
}
