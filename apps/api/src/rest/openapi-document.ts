import { generateOpenApiDocument, type OpenApiRouter } from 'trpc-to-openapi';
import type { z } from 'zod';
import { SESSION_COOKIE } from '@aigc/core/sessions/lucia';
import { ledgerEntrySchema } from '@aigc/shared/schemas/billing';
import { apiKeySchema } from '@aigc/shared/schemas/keys';
import { callLogSchema } from '@aigc/shared/schemas/logs';
import { adminModelSchema, localModelSchema, plazaModelSchema } from '@aigc/shared/schemas/models';
import { providerSchema } from '@aigc/shared/schemas/providers';
import { adminUserSchema } from '@aigc/shared/schemas/users';
import { addErrorResponses, ERROR_COMPONENTS } from './openapi/error-responses.ts';
import { addExamples } from './openapi/add-examples.ts';
import { FILE_PATHS } from './openapi/file-paths.ts';
import { withCallHeaders } from './openapi/call-headers.ts';
import { ANTHROPIC_COMPONENTS, ANTHROPIC_PATHS, ANTHROPIC_TAG } from './openapi/anthropic-paths.ts';
import { OPENAI_COMPONENTS, OPENAI_PATHS, OPENAI_TAG } from './openapi/openai-paths.ts';
import { lastStepOf } from './openapi/last-step.ts';
import { procedureParsers } from './procedure-parsers.ts';
import { REST_ROUTES, type ProcedurePath, type RestRoute } from './rest-routes.ts';

export const OPENAPI_PATH = '/api/openapi.json';

const DESCRIPTION = `
Two sets of operations:

- **OpenAI-compatible API** under \`/api/v1\` (and, identically, \`/v1\`): any OpenAI SDK works when its base URL is this
  site's address followed by \`/api/v1\` and its key is a model key, \`sk-aigc-…\`.
- **The panel's data** under \`/api/platform\`, \`/api/models\` and \`/api/admin\`: with a management key, \`mk-aigc-…\`, or in
  the browser with the session of the panel.

Errors always have the form \`{"error": {"message", "type", "param", "code"}}\`. Times are ISO 8601, amounts of money
decimal strings, prices per million tokens. Lists that have \`next_cursor\` are read page by page with \`cursor\`.
`.trim();

/** Schemas that the document names; the others stand where they are used. */
const NAMED_SCHEMAS: Record<string, z.ZodType> = {
  ApiKey: apiKeySchema,
  LocalModel: localModelSchema,
  PlazaModel: plazaModelSchema,
  AdminModel: adminModelSchema,
  Provider: providerSchema,
  CallLog: callLogSchema,
  LedgerEntry: ledgerEntrySchema,
  AdminUser: adminUserSchema,
};

/** The form of the document that this module adds to; the library's own type is as loose. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<string, Record<string, unknown>>;
  tags: { name: string }[];
  [key: string]: unknown;
}

export interface OpenApiOperation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; example?: unknown; [key: string]: unknown }[];
  requestBody?: {
    content: Record<string, { example?: unknown; [key: string]: unknown }>;
    [key: string]: unknown;
  };
  responses: Record<string, { content?: Record<string, { example?: unknown }>; [key: string]: unknown }>;
}

/** The OpenAPI 3.1 document of everything under `/api`. `publicUrl`: the address that people use, if it is known. */
export function createOpenApiDocument(publicUrl: URL | null): OpenApiDocument {
  const generated = generateOpenApiDocument(documentedRouter(), {
    title: 'AIGC Space API',
    description: DESCRIPTION,
    version: '1.0.0',
    openApiVersion: '3.1.0',
    baseUrl: publicUrl?.origin ?? '/',
    securitySchemes: {
      managementKey: {
        type: 'http',
        scheme: 'bearer',
        description: 'A management key: `Authorization: Bearer mk-aigc-…`.',
      },
      sessionCookie: {
        type: 'apiKey',
        in: 'cookie',
        name: SESSION_COOKIE,
        description: 'The session of the panel. Changes must come from a page of this site.',
      },
    },
    defs: NAMED_SCHEMAS,
  }) as unknown as OpenApiDocument;
  const document: OpenApiDocument = {
    ...generated,
    tags: [{ name: OPENAI_TAG }, { name: ANTHROPIC_TAG }, ...tagsOf(Object.values(REST_ROUTES))],
    paths: { ...withCallHeaders({ ...OPENAI_PATHS, ...ANTHROPIC_PATHS }), ...generated.paths, ...FILE_PATHS },
    components: {
      ...generated.components,
      ...ERROR_COMPONENTS,
      schemas: {
        ...ownSchemas(generated),
        ...OPENAI_COMPONENTS,
        ...ANTHROPIC_COMPONENTS,
        ...ERROR_COMPONENTS.schemas,
      },
      securitySchemes: {
        modelKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'A model key: `Authorization: Bearer sk-aigc-…`.',
        },
        ...generated.components.securitySchemes,
      },
    },
  };
  letPublicOnesStandOpen(document);
  addErrorResponses(document);
  dropPatternsOfFormats(document);
  addExamples(document);
  return document;
}

/**
 * The procedures as trpc-to-openapi reads them. The addresses stand in one table instead of beside each
 * procedure, and of a procedure that answers in steps the result is described.
 */
function documentedRouter(): OpenApiRouter {
  const procedures: Record<string, unknown> = {};
  for (const [path, route] of Object.entries(REST_ROUTES)) {
    const { type, input, output } = procedureParsers(path as ProcedurePath);
    const { method, path: address, tag, summary, description } = route;
    procedures[path] = {
      _def: {
        type,
        inputs: input === null ? [] : [input],
        output: lastStepOf(output),
        meta: {
          openapi: {
            method,
            path: address,
            operationId: operationIdOf(path),
            tags: [tag],
            summary,
            ...(description === undefined ? {} : { description }),
          },
        },
      },
    };
  }
  return { _def: { procedures } } as unknown as OpenApiRouter;
}

/** What anybody may ask needs no credentials, and says more to those who have some. */
function letPublicOnesStandOpen(document: OpenApiDocument): void {
  for (const [path, route] of Object.entries(REST_ROUTES)) {
    if (procedureParsers(path as ProcedurePath).tier !== 'public') continue;
    document.paths[route.path]?.[route.method.toLowerCase()]?.security?.unshift({});
  }
}

/** Without the library's own error schemas, which nothing refers to any more. */
function ownSchemas({ components }: OpenApiDocument): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(components.schemas ?? {}).filter(([name]) => name in NAMED_SCHEMAS),
  );
}

/** A format says what zod's long pattern beside it says, and people can read it. */
function dropPatternsOfFormats(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('format' in node && 'pattern' in node) delete node.pattern;
  Object.values(node).forEach(dropPatternsOfFormats);
}

/** `keys.create` becomes `keysCreate`: a name in every language that clients are generated for. */
function operationIdOf(path: string): string {
  return path.replace(/\.(\w)/, (_, initial: string) => initial.toUpperCase());
}

function tagsOf(routes: RestRoute[]): { name: string }[] {
  return [...new Set(routes.map((route) => route.tag))].map((name) => ({ name }));
}
