import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicWire } from './anthropic-wire.ts';
import { customWire } from './custom-wire.ts';
import { geminiWire } from './gemini-wire.ts';
import { azureWire, openAiWire } from './openai-wire.ts';
import { answerTo, FALTER, REFUSE, WAIT } from './scene.ts';
import type { WireDialect } from './wire-dialect.ts';

/** All dialects of the matrix. */
export const DIALECTS: readonly WireDialect[] = [
  openAiWire,
  anthropicWire,
  geminiWire,
  azureWire,
  customWire,
];

/** One server that speaks every dialect, each below a path of its own. */
export interface SceneServer {
  addressOf(dialect: WireDialect): string;
  /** Requests that wait for an answer that never comes. */
  readonly waiting: number;
  /** Of those, the ones whose client has left. */
  readonly abandoned: number;
  close(): Promise<void>;
}

export async function startSceneServer(): Promise<SceneServer> {
  let waiting = 0;
  let abandoned = 0;
  const faltered = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = request.url ?? '/';
    const wire = DIALECTS.find(({ basePath }) => path.startsWith(basePath));
    const isJson = /json/.test(request.headers['content-type'] ?? '');
    const body = isJson ? (JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>) : {};
    const send = (status: number, contentType: string, text: string | Buffer) =>
      response.writeHead(status, { 'content-type': contentType }).end(text);
    const fail = (status: number, message: string) =>
      send(status, 'application/json', JSON.stringify((wire ?? openAiWire).error(status, message)));
    const asked = wire?.read(path, body) ?? null;
    if (wire === undefined || asked === null) {
      const other = wire?.other?.(path, body);
      return void (other === undefined
        ? fail(404, `No such path: ${path}`)
        : send(200, other.contentType, other.body));
    }
    if (asked.text.includes(WAIT)) {
      waiting += 1;
      response.on('close', () => (abandoned += 1));
      return;
    }
    if (asked.text.includes(REFUSE)) return void fail(400, 'The scene refuses this.');
    if (asked.text.includes(FALTER) && !faltered.has(asked.text)) {
      faltered.add(asked.text);
      return void fail(503, 'The scene is not ready.');
    }
    const said = answerTo(asked);
    if (!asked.isStream || wire.events === undefined) {
      return void send(200, 'application/json', JSON.stringify(wire.whole(said, path)));
    }
    send(200, 'text/event-stream', wire.events(said, path).join(''));
  }

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    addressOf: ({ basePath }) => `http://127.0.0.1:${port}${basePath}`,
    get waiting() {
      return waiting;
    },
    get abandoned() {
      return abandoned;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
