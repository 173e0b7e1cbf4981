import { TRPCError } from '@trpc/server';
import type { Container } from '../container.ts';
import { fromCode, toPublicError, type PublicError } from '../http/public-error.ts';
import { requestIdOf } from '../http/request-id.ts';
import { sendError, sendJson } from '../http/send-json.ts';
import type { RestPart } from '../server.ts';
import { publicErrorOf } from '../trpc/errors.ts';
import { AUDIT_FILE_PATHS, sendAuditFile } from './audit-file.ts';
import { callProcedure, type Exchange } from './call-procedure.ts';
import { CALL_LOG_FILE_PATHS, sendCallLogFile } from './call-logs-file.ts';
import { DOCUMENTATION_PATH, serveDocumentation } from './documentation/serve-documentation.ts';
import { matchPath } from './match-route.ts';
import { createOpenApiDocument, OPENAPI_PATH, type OpenApiDocument } from './openapi-document.ts';
import { REPORT_FILE_PATH, sendReportFile } from './report-file.ts';
import type { RestMethod } from './rest-routes.ts';

type Handler = (exchange: Exchange) => void | Promise<void>;

/** The panel's data for programs: the procedures under REST paths, their document, and a page to read and try it. */
export function createRest(container: Container): RestPart {
  let document: OpenApiDocument | undefined;
  const own: Record<string, Handler> = {
    [OPENAPI_PATH]({ res }) {
      document ??= createOpenApiDocument(container.env.publicUrl);
      sendJson(res, 200, document);
    },
    [CALL_LOG_FILE_PATHS.csv]: (exchange) => sendCallLogFile(container, exchange, 'csv'),
    [CALL_LOG_FILE_PATHS.ndjson]: (exchange) => sendCallLogFile(container, exchange, 'ndjson'),
    [REPORT_FILE_PATH]: (exchange) => sendReportFile(container, exchange),
    [AUDIT_FILE_PATHS.csv]: (exchange) => sendAuditFile(container, exchange, 'csv'),
    [AUDIT_FILE_PATHS.ndjson]: (exchange) => sendAuditFile(container, exchange, 'ndjson'),
  };
  const ownHandler = (pathname: string): Handler | undefined =>
    isDocumentation(pathname)
      ? (exchange) => serveDocumentation(container, exchange, pathname)
      : own[pathname.replace(/\/$/, '')];

  async function answer(exchange: Exchange): Promise<void> {
    const { req, res } = exchange;
    const { pathname } = new URL(req.url ?? '/', 'http://request.invalid');
    const handler = ownHandler(pathname);
    const routes = matchPath(pathname);
    const methods = handler === undefined ? [...routes.keys()] : (['GET'] as const);
    // Node sends no body in answer to HEAD.
    const method = req.method === 'HEAD' ? 'GET' : req.method;
    if (!methods.some((allowed) => allowed === method)) return refuseMethod(exchange, methods);
    if (handler !== undefined) return handler(exchange);
    const match = routes.get(method as RestMethod);
    if (match !== undefined) sendJson(res, 200, await callProcedure(container, exchange, match));
  }

  return {
    handles: (_method, pathname) => ownHandler(pathname) !== undefined || matchPath(pathname).size > 0,
    async handle(req, res) {
      try {
        await answer({ req, res });
      } catch (error) {
        sendFailure(container, { req, res }, error);
      }
    },
  };
}

function isDocumentation(pathname: string): boolean {
  return pathname === DOCUMENTATION_PATH || pathname.startsWith(`${DOCUMENTATION_PATH}/`);
}

/** `OPTIONS` is a question about methods; any other wrong one is an error. */
function refuseMethod({ req, res }: Exchange, methods: readonly string[]): void {
  res.setHeader('allow', [...methods, 'OPTIONS'].join(', '));
  if (req.method === 'OPTIONS') {
    res.writeHead(204).end();
    return;
  }
  sendError(res, fromCode('method_not_allowed', `Use ${methods.join(' or ')} at this path.`));
}

function sendFailure(container: Container, { req, res }: Exchange, error: unknown): void {
  const failure: PublicError = error instanceof TRPCError ? publicErrorOf(error) : toPublicError(error);
  if (failure.status >= 500) {
    const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
    // Never the input: it may hold a key.
    container.log.error(
      { err: cause, requestId: requestIdOf(req), code: failure.code },
      'A REST call failed.',
    );
  }
  // The rest of a body that was not read would be taken for the next request.
  if (!req.complete && !res.headersSent) res.setHeader('connection', 'close');
  sendError(res, failure);
}
