import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aigc/shared/errors';
import { toAppError } from './errors.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import type { Identified } from './pipeline/contexts.ts';
import { identify } from './pipeline/identify.ts';
import { RunningCalls } from './pipeline/running-calls.ts';
import { audioSpeech } from './routes/audio-speech.ts';
import { audioTranscriptions } from './routes/audio-transcriptions.ts';
import { audioTranslations } from './routes/audio-translations.ts';
import { belowMessages } from './routes/below-messages.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { countTokens } from './routes/count-tokens.ts';
import { embeddings } from './routes/embeddings.ts';
import type { EndpointRoute } from './routes/endpoint.ts';
import { imagesEdits } from './routes/images-edits.ts';
import { imagesGenerations } from './routes/images-generations.ts';
import { messages } from './routes/messages.ts';
import { models } from './routes/models.ts';
import { moderations } from './routes/moderations.ts';
import { notServed } from './routes/not-served.ts';
import { rerank } from './routes/rerank.ts';
import { responses } from './routes/responses.ts';
import { visionCompletions } from './routes/vision-completions.ts';
import { anthropicStyle } from './styles/anthropic-style.ts';
import type { ApiStyle } from './styles/api-style.ts';

const ROUTES: readonly EndpointRoute[] = [
  chatCompletions,
  embeddings,
  visionCompletions,
  models,
  completions,
  responses,
  messages,
  countTokens,
  belowMessages,
  imagesGenerations,
  imagesEdits,
  audioSpeech,
  audioTranscriptions,
  audioTranslations,
  rerank,
  moderations,
  ...notServed,
];

const METHODS = { GET: 'GET, HEAD', POST: 'POST', ANY: 'GET, POST, DELETE' } as const;

/** Where the API is mounted. The playground's path takes the panel's session instead of a key. */
const MOUNTS: readonly { prefix: string; source: Identified['source'] }[] = [
  { prefix: '/api/v1', source: 'api' },
  { prefix: '/v1', source: 'api' },
  { prefix: '/api/playground/v1', source: 'playground' },
];

export interface Gateway {
  /** True if the target of a request belongs to the OpenAI-compatible API. Duplicate slashes do not matter. */
  handles(target: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Requests and calls that are not over. */
  readonly running: number;
  /** Waits until running calls have ended and are settled, at most `timeoutMs`. False: some still run. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Ends what runs: streams with an error event, others with 503. Each is settled. */
  cutOff(): void;
}

interface Match {
  /** Null: there is no such endpoint. */
  route: EndpointRoute | null;
  source: Identified['source'];
  /** What follows the endpoint's path, not decoded. */
  rest: string;
}

const NOT_OURS: Match = { route: null, source: 'api', rest: '' };

/** Paths as programs write them, so that a call costs one look-up. */
const EXACT: ReadonlyMap<string, Match> = new Map(
  MOUNTS.flatMap(({ prefix, source }) =>
    ROUTES.filter(({ reach }) => reach !== 'below').map((route): [string, Match] => [
      `${prefix}/${route.path}`,
      { route, source, rest: '' },
    ]),
  ),
);

/** What was asked for last, which most often is asked for again: comparing is cheaper than looking a new text up. */
let last: { target: string; match: Match | null } = { target: '', match: null };

function matchTarget(target: string): Match | null {
  if (target !== last.target) last = { target, match: EXACT.get(target) ?? findMatch(target) };
  return last.match;
}

function findMatch(target: string): Match | null {
  // Slashes are collapsed before anything is decoded: an encoded slash belongs to a model's name.
  const path = pathOf(target).replace(/\/{2,}/g, '/');
  const mount = MOUNTS.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  if (mount === undefined) return null;
  const endpointPath = path.slice(mount.prefix.length).replace(/^\/|\/$/g, '');
  for (const route of ROUTES) {
    if (endpointPath === route.path && route.reach !== 'below') {
      return { route, source: mount.source, rest: '' };
    }
    if (route.reach !== undefined && endpointPath.startsWith(`${route.path}/`)) {
      return { route, source: mount.source, rest: endpointPath.slice(route.path.length + 1) };
    }
  }
  return { route: null, source: mount.source, rest: '' };
}

/** Without query and fragment; of the absolute form that clients of proxies send, its path. */
function pathOf(target: string): string {
  const relative = target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '/');
  return relative.replace(/[?#].*$/s, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('invalid_field', 'The path is not valid percent-encoding.', { param: 'path' });
  }
}

/** Paths that both APIs have, or neither, are told of failures in the words that their client knows. */
function styleFor({ headers }: IncomingMessage, route: EndpointRoute | null): ApiStyle | undefined {
  const isShared = route === null || route.method !== 'POST';
  return isShared && headers['anthropic-version'] !== undefined ? anthropicStyle : undefined;
}

/** The raw handler of the OpenAI-compatible API. */
export function createGateway(deps: GatewayDeps): Gateway {
  const running = new RunningCalls();

  function dispatch(identified: Identified, { route, rest }: Match): Promise<void> | void {
    const { reply } = identified;
    const { method } = reply.req;
    if (route === null) {
      throw new AppError(
        'not_found',
        'There is no such endpoint. See /api/documentation for those there are.',
      );
    }
    if (method !== route.method) {
      const methods = METHODS[route.method];
      if (method === 'OPTIONS') return reply.preflight(`${methods}, OPTIONS`);
      if (route.method === 'POST' || (route.method === 'GET' && method !== 'HEAD')) {
        const error = new AppError('method_not_allowed', `This endpoint answers ${methods} only.`);
        return reply.fail(error, ['allow', `${methods}, OPTIONS`]);
      }
    }
    return route.handle({ deps, running, identified, rest: rest === '' ? '' : decode(rest) });
  }

  async function respond(identified: Identified, match: Match): Promise<void> {
    running.arrive();
    try {
      await dispatch(identified, match);
    } catch (cause) {
      const error = toAppError(cause);
      deps.metrics.refused(error.code);
      if (error.code === 'server_error') {
        deps.log.error({ err: cause, request_id: identified.requestId }, 'request failed');
      }
      identified.reply.fail(error);
    } finally {
      running.leave();
    }
  }

  return {
    handles: (target) => matchTarget(target) !== null,
    handle(req, res) {
      const match = matchTarget(req.url ?? '/') ?? NOT_OURS;
      const { route, source } = match;
      const identified = identify(
        deps,
        { req, res },
        { route: route === null ? '' : route.path, source, style: route?.style ?? styleFor(req, route) },
      );
      void respond(identified, match);
    },
    async drain(timeoutMs) {
      return Promise.race([running.idle().then(() => true), delay(timeoutMs, false, { ref: false })]);
    },
    cutOff: () => running.cutOff(),
    get running() {
      return running.size;
    },
  };
}
