import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The product behind a line that can be cut, as when a server stops or a network fails. */
export interface CuttableLine {
  /** Where the product answers through the line. */
  origin: string;
  /** Breaks what is open and refuses what comes. */
  cut: () => Promise<void>;
  /** Lets everything through again, under the same address. */
  mend: () => Promise<void>;
  close: () => Promise<void>;
}

/** Lays a line to the product of an origin. */
export async function layLine(origin: string): Promise<CuttableLine> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  let server = await listen(0);

  async function listen(at: number): Promise<Server> {
    // Each side ends by itself, so that what one has sent still reaches the other.
    const next = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    next.listen(at, hostname);
    await once(next, 'listening');
    return next;
  }

  const address = server.address() as AddressInfo;
  async function cut(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    origin: `http://${hostname}:${address.port}`,
    cut,
    mend: async () => {
      server = await listen(address.port);
    },
    close: async () => {
      if (server.listening) await cut();
    },
  };
}
