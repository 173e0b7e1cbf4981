// The reference that the figures are divided by: node:http in front, undici's `dispatch` behind, nothing between
// but the bytes. It reads the body, sends it on over a kept connection, and writes the answer as it comes.
// Usage: node dispatch.ts <upstream origin>
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, type Dispatcher } from 'undici';

const [, , origin = ''] = process.argv;
const agent = new Agent({ connections: null, pipelining: 1, keepAliveTimeout: 60_000 });
/** Headers that belong to one connection, or that the client of the other side writes itself. */
const OWN_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'content-length']);

function relay(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
  const headers: Record<string, string | string[] | undefined> = {};
  for (const name in req.headers) if (!OWN_HEADERS.has(name)) headers[name] = req.headers[name];
  let upstream: Dispatcher.DispatchController | undefined;
  res.on('drain', () => upstream?.resume());
  res.on('close', () => {
    if (!res.writableFinished) upstream?.abort(new Error('the client has gone'));
  });
  agent.dispatch(
    { origin, path: req.url ?? '/', method: req.method ?? 'POST', headers, body },
    {
      onRequestStart(controller) {
        upstream = controller;
      },
      onResponseStart(_controller, status, answer) {
        for (const name of OWN_HEADERS) if (name !== 'content-length') delete answer[name];
        res.writeHead(status, answer);
      },
      onResponseData(controller, chunk) {
        if (!res.write(chunk)) controller.pause();
      },
      onResponseEnd() {
        res.end();
      },
      onResponseError() {
        if (res.headersSent) res.destroy();
        else res.writeHead(502).end();
      },
    },
  );
}

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const [only] = chunks;
    relay(req, res, chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
// Whoever started it has gone.
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
