import type { Target } from './load-plan.ts';

/** Requests as bytes, made once, one for each key, handed out in turn. */
export function requestsInTurn(target: Target, body: string): () => readonly Buffer[] {
  const bytes = Buffer.from(body);
  const requests = target.keys.map((key) => {
    const head = [
      `POST ${target.path} HTTP/1.1`,
      `Host: 127.0.0.1:${target.port}`,
      `Authorization: Bearer ${key}`,
      'Content-Type: application/json',
      'Accept: application/json',
      'User-Agent: bench/1.0',
      ...target.headers,
      `Content-Length: ${bytes.length}`,
      '',
      '',
    ].join('\r\n');
    // A large body is shared, a small one goes out in one piece with its head.
    return bytes.length > 65_536 ? [Buffer.from(head), bytes] : [Buffer.concat([Buffer.from(head), bytes])];
  });
  let next = 0;
  return () => {
    const request = requests[next % requests.length];
    next += 1;
    if (request === undefined) throw new Error('a target needs a key');
    return request;
  };
}
