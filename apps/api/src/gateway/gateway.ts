import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aigc/shared/errors';
import { toAppError } from './errors.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import type { Identified } from './pipeline/contexts.ts';
import { identify } from './pipeline/identify.ts';
import { PendingSettlements } from './pipeline/settlement.ts';
import { allowOrigins, respondError, respondPreflight } from './respond.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { embeddings } from './routes/embeddings.ts';
import type { EndpointRoute } from './routes/endpoint.ts';
import { models } from './routes/models.ts';
import { visionCompletions } from './routes/vision-completions.ts';

const ROUTES: readonly EndpointRoute[] = [chatCompletions, embeddings, visionCompletions, models];

/** Where the API is mounted. The playground's path takes the panel's session instead of a key. */
const MOUNTS: readonly { prefix: string; source: Identified['source'] }[] = [
  { prefix: '/api/v1', source: 'api' },
  { prefix: '/v1', source: 'api' },
  { prefix: '/api/playground/v1', source: 'playground' },
];

export interface Gateway {
  /** True if the path belongs to the OpenAI-compatible API. Duplicate slashes do not matter. */
  handles(pathname: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Waits until running calls have ended and are settled, at most `timeoutMs`. False: some were cut off. */
  drain(timeoutMs: number): Promise<boolean>;
}

function pathOf(req: IncomingMessage): string {
  // Slashes are collapsed before anything is decoded: an encoded slash belongs to a model's name.
  return (req.url ?? '/').replace(/[?#].*$/s, '').replace(/\/{2,}/g, '/');
}

function mountOf(path: string) {
  return MOUNTS.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('invalid_field', 'The path is not valid percent-encoding.', { param: 'path' });
  }
}

function findRoute(endpointPath: string): { route: EndpointRoute; rest: string } {
  for (const route of ROUTES) {
    if (endpointPath === route.path) return { route, rest: '' };
    if (route.hasRest === true && endpointPath.startsWith(`${route.path}/`)) {
      return { route, rest: decode(endpointPath.slice(route.path.length + 1)) };
    }
  }
  throw new AppError('not_found', 'There is no such endpoint. See /api/documentation for those there are.');
}

/** The raw handler of the OpenAI-compatible API. */
export function createGateway(deps: GatewayDeps): Gateway {
  const pending = new PendingSettlements();
  const running = new Set<Promise<void>>();

  async function respond(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = pathOf(req);
    const mount = mountOf(path);
    if (mount === undefined) throw new AppError('not_found', 'There is no such endpoint.');
    if (mount.source === 'api') allowOrigins(res);
    const endpointPath = path.slice(mount.prefix.length).replace(/^\/|\/$/g, '');
    const { route, rest } = findRoute(endpointPath);
    const methods = route.method === 'GET' ? 'GET, HEAD' : 'POST';
    if (req.method === 'OPTIONS') {
      respondPreflight({ req, res }, methods);
      return;
    }
    if (req.method !== route.method && !(route.method === 'GET' && req.method === 'HEAD')) {
      res.setHeader('allow', `${methods}, OPTIONS`);
      throw new AppError('method_not_allowed', `This endpoint answers ${methods} only.`);
    }
    const identified = identify(deps, { req, res }, { route: route.path, source: mount.source });
    await route.handle({ deps, em: deps.orm.em.fork(), pending, http: { req, res }, identified, rest });
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      await respond(req, res);
    } catch (cause) {
      const error = toAppError(cause);
      if (error.code === 'server_error') {
        deps.log.error({ err: cause, request_id: res.getHeader('x-request-id') }, 'request failed');
      }
      respondError({ req, res }, error);
    }
  }

  return {
    handles: (pathname) => mountOf(pathname.replace(/\/{2,}/g, '/')) !== undefined,
    handle(req, res) {
      const work = handle(req, res);
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    async drain(timeoutMs) {
      const idle = (async () => {
        while (running.size > 0) await Promise.allSettled(running);
        await pending.idle();
        return true;
      })();
      return Promise.race([idle, delay(timeoutMs, false, { ref: false })]);
    },
  };
}
