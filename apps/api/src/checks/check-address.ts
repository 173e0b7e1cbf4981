import { isIP } from 'node:net';
import { createServer } from 'node:net';
import { z } from 'zod';
import type { Env } from '../env.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import { AllowList, exactEntryFor, parseAllowEntry } from '../outbound/allow-list.ts';
import { createOutbound } from '../outbound/dispatcher.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { MachineContext } from './check-context.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

/** Whether the server answers, or could: its port is free. */
export const addressCheck: Check<MachineContext> = {
  name: 'address',
  run({ env, serverAddress }) {
    return serverAddress === null ? checkPort(env) : checkServer(env, serverAddress);
  },
};

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 65_536;

const readinessSchema = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.boolean()),
});

async function checkServer(env: Env, serverAddress: string): Promise<Finding> {
  const address = reachableAddress(env, serverAddress);
  const { origin } = address;
  const outbound = createOutbound({
    policy: {
      allow: allowOwn(address),
      allowLoopback: true,
      allowMetadata: false,
      ownPorts: () => new Set(),
    },
  });
  try {
    const answer = await outbound.request({
      url: new URL('/readyz', address),
      method: 'GET',
      headers: {},
      trust: 'operator',
      totalTimeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_ANSWER_BYTES,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const { ready, checks } = readinessSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (ready) return ok('address.ready', { origin });
    const missing = Object.entries(checks).filter(([name, value]) => value === (name === 'draining'));
    return fail('address.not_ready', { origin, names: missing.map(([name]) => name) });
  } catch (error) {
    const reason = error instanceof OutboundError ? error.message : 'It does not answer as AIGC Space does.';
    return fail('address.silent', { origin, reason });
  } finally {
    await outbound.close();
  }
}

/** The announced address, unless it is a public name, which may lead over a proxy: then where HOST and PORT say. */
function reachableAddress({ host, port }: Env, serverAddress: string): URL {
  const announced = new URL(serverAddress);
  const name = announced.hostname.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0 || isLoopbackHost(name) || port === 0) return announced;
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return new URL(`http://${local.includes(':') ? `[${local}]` : local}:${port}`);
}

/** A server bound to a private address of this machine is our own. */
function allowOwn(address: URL): AllowList {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const entry = isIP(host) === 0 ? null : exactEntryFor(host, Number(address.port) || 80);
  return entry === null ? AllowList.empty : new AllowList([parseAllowEntry(entry)]);
}

async function checkPort({ host, port }: Env): Promise<Finding> {
  const code = await tryListen(host, port);
  const address = `${host}:${port}`;
  switch (code) {
    case null:
      return ok('address.free', { address });
    case 'EADDRINUSE':
      return fail('address.taken', { address });
    case 'EACCES':
      return fail('address.not_permitted', { address });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return fail('address.unknown_host', { host });
    default:
      return warn('address.other', { address, reason: code });
  }
}

/** Null: it is free. */
function tryListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
