import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export type StartTls = (
  socket: Socket,
  target: { hostname: string; port: number },
  onDone: (...outcome: [Error, null] | [null, TLSSocket]) => void,
) => void;

const MAX_SESSIONS = 100;

/**
 * Speaks TLS on connected sockets, with HTTP/1.1 only; the certificate must be valid for the host. Sessions
 * are resumed per host and port: resuming skips the check of the name, so no other host may use them.
 * `ca` is in PEM form and replaces the system's authorities.
 */
export function createTlsStarter(ca: string | undefined): StartTls {
  const sessions = new Map<string, Buffer>();

  function remember(key: string, session: Buffer): void {
    sessions.delete(key);
    if (sessions.size >= MAX_SESSIONS) {
      const [oldest] = sessions.keys();
      if (oldest !== undefined) sessions.delete(oldest);
    }
    sessions.set(key, session);
  }

  return (socket, { hostname, port }, onDone) => {
    const key = `${hostname}:${port}`;
    const session = sessions.get(key);
    const secured = connectTls({
      socket,
      host: hostname,
      servername: isIP(hostname) === 0 ? hostname : '',
      ALPNProtocols: ['http/1.1'],
      ...(ca === undefined ? {} : { ca }),
      ...(session === undefined ? {} : { session }),
    });
    secured.on('session', (next) => remember(key, next));
    // Stays, so that an error of a connection that was given up meanwhile has a listener.
    secured.on('error', (error) => onDone(error, null));
    secured.once('secureConnect', () => onDone(null, secured));
  };
}
