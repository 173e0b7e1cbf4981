import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server, and can fall silent without closing anything: a half-open connection. */
export interface FreezableProxy {
  /** The same PostgreSQL address, through the proxy. */
  connectionString: string;
  /** From now on nothing passes, and new connections are accepted but not served. */
  freeze(): void;
  /** Serves new connections again; those from before stay silent. */
  thaw(): void;
  close(): Promise<void>;
}

/** A proxy in front of a PostgreSQL address, whose host may be a socket directory. */
export async function startFreezableProxy(connectionString: string): Promise<FreezableProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const url = new URL(connectionString);
  const host = decodeURIComponent(url.hostname);
  const port = Number(url.port) || 5432;
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };

  const server = createServer((inward) => {
    sockets.add(inward);
    inward.on('error', () => {});
    if (isFrozen) return;
    const outward = connect(target);
    sockets.add(outward);
    outward.on('error', () => inward.destroy());
    inward.pipe(outward).pipe(inward);
    inward.on('close', () => outward.destroy());
    outward.on('close', () => inward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    connectionString: url.href,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    thaw() {
      isFrozen = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
