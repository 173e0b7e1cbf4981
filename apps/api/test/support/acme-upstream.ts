import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that speaks the made-up protocol of `examples/provider-plugin`. */
export interface AcmeUpstream {
  baseUrl: string;
  requests: { headers: IncomingMessage['headers']; body: Record<string, unknown> }[];
  close(): Promise<void>;
}

const COUNTS = { read: 7, written: 2 };

export async function startAcmeUpstream(): Promise<AcmeUpstream> {
  const requests: AcmeUpstream['requests'] = [];
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
    requests.push({ headers: req.headers, body });
    if (req.headers['x-acme-key'] !== 'acme-secret-0123') {
      res.writeHead(401, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ trouble: { text: 'who are you?', code: 'no_key' } }));
    } else if (body['live'] === true) {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('event: piece\ndata: {"text":"Good"}\n\nevent: piece\ndata: {"text":" day"}\n\n');
      res.end(`event: done\ndata: ${JSON.stringify({ ended_by: 'end', counts: COUNTS })}\n\n`);
    } else {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ reply: 'Good day', ended_by: 'end', counts: COUNTS }));
    }
  }
  const server = createServer((req, res) => void answer(req, res));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v2`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
