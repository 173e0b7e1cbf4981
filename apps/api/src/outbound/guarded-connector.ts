import { connect as connectTcp, isIP, type OnReadOpts, type Socket, type TcpNetConnectOpts } from 'node:net';
import { resolveAllowed, type Resolve } from './guarded-lookup.ts';
import { OutboundError } from './outbound-error.ts';
import { allowingEntry, judge, type OutboundPolicy } from './outbound-policy.ts';
import { createTlsStarter } from './start-tls.ts';

export type ConnectPhase = 'resolve' | 'connect' | 'tls';

export interface GuardedConnectorOptions {
  policy: OutboundPolicy;
  resolve: Resolve;
  /** For name resolution, TCP and TLS together. */
  connectTimeoutMs: number;
  /** Certificate authorities in PEM form, instead of the system's. */
  ca?: string | undefined;
}

export interface ConnectTarget {
  /** A name or an address; IPv6 without brackets. */
  hostname: string;
  port: number;
  isHttps: boolean;
  /** Where a connection without TLS puts what it reads. */
  onread?: OnReadOpts | undefined;
  /** Told as each phase completes, with the time it took; `tls` only for https. */
  onPhase?: OnPhase | undefined;
}

export type OnPhase = (phase: ConnectPhase, ms: number) => void;

/** Told once, never before `connect` has returned. */
export type OnConnected = (error: OutboundError | null, socket: Socket | null) => void;

/** Makes a connection; what it returns gives it up, silently. */
export type GuardedConnect = (target: ConnectTarget, onConnected: OnConnected) => () => void;

// Node's default of 250 ms per address is shorter than the way to another continent.
const ATTEMPT_TIMEOUT_MS = 1_500;
const TCP_KEEP_ALIVE_MS = 60_000;
const SOCKET_BUFFER_BYTES = 64 * 1024;

/**
 * The connector of every outbound socket. It checks where the connection goes: an address in the URL
 * itself, every address that a name resolves to, and the address that the socket is connected to, before
 * the first byte (of TLS or HTTP) is sent. HTTP/1.1 only. Fails with `OutboundError`.
 */
export function createGuardedConnector(options: GuardedConnectorOptions): GuardedConnect {
  const { policy, resolve, connectTimeoutMs } = options;
  const startTls = createTlsStarter(options.ca);

  return ({ hostname, port, isHttps, onread, onPhase }, onConnected) => {
    let isSettled = false;
    // `lookup` is not called for an address, so it is checked here, before its first packet leaves.
    const forbidden = isIP(hostname) === 0 ? null : checkAddress(policy, hostname, { hostname, port });
    if (forbidden !== null) {
      queueMicrotask(() => {
        if (!isSettled) onConnected(forbidden, null);
      });
      return () => (isSettled = true);
    }

    let phase: ConnectPhase = 'resolve';
    let phaseStartedAt = performance.now();

    const socketOptions: TcpNetConnectOpts & { highWaterMark: number } = {
      host: hostname,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      highWaterMark: SOCKET_BUFFER_BYTES,
      ...(onread === undefined || isHttps ? {} : { onread }),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
      lookup: (_name, lookupOptions, answer) => {
        resolveAllowed(resolve, policy, { hostname, port }).then(
          (addresses) => {
            if (isSettled) return;
            complete('connect');
            const [first] = addresses;
            if (lookupOptions.all === true || first === undefined) answer(null, addresses);
            else answer(null, first.address, first.family);
          },
          (error: Error) => answer(error, []),
        );
      },
    };
    const socket = connectTcp(socketOptions);
    if (isIP(hostname) !== 0) complete('connect');

    const timer = setTimeout(() => {
      settle(new OutboundError(phase === 'resolve' ? 'dns' : 'connect_timeout'));
    }, connectTimeoutMs);

    socket.on('error', (error) => settle(connectFailure(error)));
    socket.once('connect', () => {
      const mismatch = checkAddress(policy, socket.remoteAddress ?? '', { hostname, port });
      if (mismatch !== null) {
        settle(mismatch);
        return;
      }
      complete('tls');
      if (!isHttps) {
        settle(null, socket);
        return;
      }
      startTls(socket, { hostname, port }, (error, secured) => {
        if (error !== null) {
          settle(new OutboundError('tls', { cause: error }));
          return;
        }
        complete('tls');
        settle(null, secured);
      });
    });

    function complete(next: ConnectPhase): void {
      const now = performance.now();
      onPhase?.(phase, now - phaseStartedAt);
      phase = next;
      phaseStartedAt = now;
    }

    function settle(...outcome: [OutboundError] | [null, Socket]): void {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      const [error, connected] = outcome;
      if (error === null) {
        onConnected(null, connected);
      } else {
        socket.destroy();
        onConnected(error, null);
      }
    }

    return () => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      socket.destroy();
    };
  };
}

function checkAddress(
  policy: OutboundPolicy,
  address: string,
  target: { hostname: string; port: number },
): OutboundError | null {
  const verdict = judge(policy, { ...target, address });
  if (verdict.allowed) return null;
  return new OutboundError('address_forbidden', {
    allowEntry: allowingEntry(verdict, { ...target, address }),
    needsMetadataFlag: verdict.needsMetadataFlag,
  });
}

function connectFailure(error: NodeJS.ErrnoException): OutboundError {
  if (error instanceof OutboundError) return error;
  const codes =
    error instanceof AggregateError
      ? error.errors.map((each: NodeJS.ErrnoException) => each.code)
      : [error.code];
  return new OutboundError(codes.includes('ETIMEDOUT') ? 'connect_timeout' : 'refused', { cause: error });
}
