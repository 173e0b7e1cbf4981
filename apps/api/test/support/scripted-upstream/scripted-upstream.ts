import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './certificate.ts';
import { chatChunks, chatCompletion } from './chat-answer.ts';
import { embeddingAnswer } from './embedding-answer.ts';
import { asObject, recordRequest, type RecordedRequest } from './recorded-request.ts';
import { RequestLog, type Filter, type ReportedTokens } from './request-log.ts';
import { answeredByFault, writeError } from './whole-answer-faults.ts';
import { writeJson, writeStream, type AnswerWriter } from './write-answer.ts';

export interface ScriptedUpstreamOptions {
  /** Speaks TLS with the certificate of `certificate.ts`. */
  tls?: boolean;
  /** What `/models` lists at first. */
  models?: readonly string[];
  /** When given, any other credential is answered with 401. */
  credentials?: readonly string[];
  /** Decides about each chat request by what is in it, instead of scripts. */
  decide?: (record: RecordedRequest) => Behaviour;
}

/** A server that speaks OpenAI's protocol, does what it is told, and keeps its own account. */
export interface ScriptedUpstream {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  /** The address that a user would enter: `<origin>/v1`. */
  readonly baseUrl: string;
  /** What every request for a model meets, until it is scripted anew. */
  script(model: string, behaviour: Behaviour): void;
  /** What the next requests meet, one each, whatever their model. */
  next(...behaviours: Behaviour[]): void;
  /** What `/models` lists; null: it has no such path. A behaviour with a fault: that fault. */
  setModels(models: readonly string[] | null | Behaviour): void;
  /** In the order they came, `/models` included. */
  readonly requests: readonly RecordedRequest[];
  /** Those whose client left before the end. */
  readonly aborted: readonly RecordedRequest[];
  /** The tokens it has reported. */
  reported(filter?: Filter): ReportedTokens;
  /** Waits until so many requests have come, or their clients have left. */
  waitFor(counts: { requests?: number; aborted?: number }): Promise<void>;
  /** Connections that are open now, used or not. */
  openConnections(): Promise<number>;
  /** Forgets scripts and account; keeps the models. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1 and a free port. */
export async function startScriptedUpstream(
  options: ScriptedUpstreamOptions = {},
): Promise<ScriptedUpstream> {
  const log = new RequestLog();
  const scripts = new Map<string, Behaviour>();
  const queue: Behaviour[] = [];
  let models: readonly string[] | null | Behaviour = options.models ?? ['scripted-model'];
  let answers = 0;

  const listener: RequestListener = (request, response) => {
    // A client that leaves ends the answer; that is no failure of the server.
    void answer(request, response).catch(() => response.destroy());
  };
  const server =
    options.tls === true
      ? createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY }, listener)
      : createServer(listener);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = await recordRequest(request);
    log.requests.push(record);
    const left = new AbortController();
    response.on('close', () => {
      record.endedAtMs = performance.now();
      if (record.outcome === 'running') record.outcome = response.writableFinished ? 'answered' : 'aborted';
      left.abort();
    });
    const path = new URL(record.path, 'http://upstream').pathname;
    const route = /\/(chat\/completions|embeddings|models)(?:\/(.+))?$/.exec(path);
    const behaviour = behaviourFor(record, route?.[1]);
    const writer: AnswerWriter = {
      response,
      behaviour,
      left: left.signal,
      report: (usage) => log.report(record, usage),
      cut: () => {
        record.outcome = 'cut';
        response.socket?.resetAndDestroy();
      },
    };
    if (behaviour.delayMs !== undefined) await sleep(behaviour.delayMs, undefined, { signal: left.signal });
    if (await answeredByFault(writer, record)) return;
    switch (record.method === (route?.[1] === 'models' ? 'GET' : 'POST') ? route?.[1] : undefined) {
      case 'chat/completions':
        return answerChat(writer, record);
      case 'embeddings':
        return writeJson(writer, embeddingAnswer(asObject(record.body), behaviour));
      case 'models':
        return answerModels(writer, route?.[2]);
      default:
        return writeError(response, 404, { message: `No such path: ${path}`, code: 'unknown_url' });
    }
  }

  function behaviourFor(record: RecordedRequest, route: string | undefined): Behaviour {
    if (options.credentials !== undefined && !options.credentials.includes(record.credential ?? '')) {
      return { fault: { kind: 'error', status: 401 } };
    }
    if (route === 'models') return models !== null && 'fault' in models ? models : {};
    return queue.shift() ?? options.decide?.(record) ?? scripts.get(record.model ?? '') ?? {};
  }

  async function answerChat(writer: AnswerWriter, record: RecordedRequest): Promise<void> {
    const body = asObject(record.body);
    const rejected = writer.behaviour.rejects?.find((name) => name in body);
    if (rejected !== undefined) {
      const message = `Unrecognized request argument supplied: ${rejected}`;
      return writeError(writer.response, 400, { message, code: 'unknown_parameter', param: rejected });
    }
    if (record.model === null || !Array.isArray(body['messages'])) {
      return writeError(writer.response, 400, { message: 'model and messages are required.' });
    }
    answers += 1;
    const id = `chatcmpl-scripted-${answers}`;
    const chat = {
      model: record.model,
      stream: record.stream && writer.behaviour.ignoresStream !== true,
      includeUsage: asObject(body['stream_options'])['include_usage'] === true,
      n: typeof body['n'] === 'number' ? body['n'] : 1,
    };
    if (chat.stream) return writeStream(writer, chatChunks(id, chat, writer.behaviour));
    return writeJson(writer, chatCompletion(id, chat, writer.behaviour));
  }

  async function answerModels(writer: AnswerWriter, id: string | undefined): Promise<void> {
    if (models === null || !Array.isArray(models)) return writeError(writer.response, 404);
    const data = (models as readonly string[]).map((model) => ({
      id: model,
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'scripted',
    }));
    if (id === undefined) return writeJson(writer, { payload: { object: 'list', data }, usage: null });
    const found = data.find((model) => model.id === decodeURIComponent(id));
    if (found === undefined) return writeError(writer.response, 404);
    return writeJson(writer, { payload: found, usage: null });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${port}`;

  return {
    origin,
    port,
    baseUrl: `${origin}/v1`,
    script: (model, behaviour) => void scripts.set(model, behaviour),
    next: (...behaviours) => void queue.push(...behaviours),
    setModels: (next) => {
      models = next;
    },
    requests: log.requests,
    get aborted() {
      return log.aborted;
    },
    reported: (filter) => log.reported(filter),
    waitFor: ({ requests = 0, aborted = 0 }) =>
      log.until(() => log.requests.length >= requests && log.aborted.length >= aborted),
    openConnections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    reset: () => {
      scripts.clear();
      queue.length = 0;
      log.clear();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** An origin on 127.0.0.1 where nothing listens, for an upstream that refuses. */
export async function unusedOrigin(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
