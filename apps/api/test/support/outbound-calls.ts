import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { AllowList } from '../../src/outbound/allow-list.ts';
import { createOutbound, type CreateOutboundOptions } from '../../src/outbound/dispatcher.ts';
import type { ActiveExchange, ExchangeRequest } from '../../src/outbound/exchange-handler.ts';
import type { OutboundError } from '../../src/outbound/outbound-error.ts';
import type { OutboundPolicy } from '../../src/outbound/outbound-policy.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';

/** Loopback is open, nothing else beyond public addresses. */
export const LOOPBACK_POLICY: OutboundPolicy = {
  allow: AllowList.empty,
  allowLoopback: true,
  ownPorts: () => new Set(),
  allowMetadata: false,
};

/** What must be closed after a test, in the order of opening. */
export class Closers {
  readonly #closers: (() => Promise<unknown> | void)[] = [];

  add(close: () => Promise<unknown> | void): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }

  outbound(options: Partial<CreateOutboundOptions> = {}): Outbound {
    const outbound = createOutbound({ policy: LOOPBACK_POLICY, ...options });
    this.add(() => outbound.close());
    return outbound;
  }

  /** Listens on a free port of 127.0.0.1 and returns `127.0.0.1:port`. */
  async listen(server: Server, host = '127.0.0.1'): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    server.listen(0, host);
    await once(server, 'listening');
    this.add(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A server of raw bytes: `onConnection` does with each connection what it likes. Returns its URL. */
  async serveRaw(onConnection: (socket: Socket, count: number) => void): Promise<string> {
    let count = 0;
    const server = createServer((socket) => {
      count += 1;
      onConnection(socket, count);
    });
    return `http://${await this.listen(server)}/`;
  }
}

/** What the handler of an exchange was told. */
export interface Told {
  events: string[];
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  body: string;
  bytes: number;
  error: OutboundError | null;
}

export interface RunOptions extends Partial<ExchangeRequest> {
  onStarted?: (exchange: ActiveExchange) => void;
  onData?: (bytes: Buffer, exchange: ActiveExchange) => void;
  /** Counts the bytes of the body only. */
  forgetBody?: boolean;
}

/** Runs one exchange to its end. */
export function runExchange(client: Outbound, url: string, options: RunOptions = {}): Promise<Told> {
  const { onStarted, onData, forgetBody = false, ...request } = options;
  return new Promise((resolve, reject) => {
    const told: Told = { events: [], status: 0, headers: {}, body: '', bytes: 0, error: null };
    const exchange = client.start(
      {
        url,
        method: 'POST',
        headers: {},
        body: [],
        headersTimeoutMs: 5_000,
        bodyIdleTimeoutMs: 5_000,
        totalTimeoutMs: 20_000,
        maxResponseBytes: 1_000_000,
        trust: 'user',
        ...request,
      },
      {
        onHeaders(status, headers) {
          told.events.push('headers');
          Object.assign(told, { status, headers });
        },
        onData(bytes) {
          if (told.events.at(-1) !== 'data') told.events.push('data');
          told.bytes += bytes.length;
          if (!forgetBody) told.body += bytes.toString('latin1');
          onData?.(bytes, exchange);
        },
        onEnd() {
          told.events.push('end');
          resolve(told);
        },
        onError(error) {
          told.events.push('error');
          resolve({ ...told, error });
        },
      },
    );
    if (told.events.length > 0) reject(new Error('told before `start` returned'));
    onStarted?.(exchange);
  });
}
