import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export interface RecordedRequest {
  method: string;
  /** As it was sent, with its query string. */
  path: string;
  headers: IncomingHttpHeaders;
  /** What follows `Bearer`, or the value of `api-key` or `x-api-key`. */
  credential: string | null;
  bodyText: string;
  /** The parsed body; undefined when it was no JSON. */
  body: unknown;
  model: string | null;
  stream: boolean;
  receivedAtMs: number;
  /** `aborted`: the client left before the answer's end. `cut`: the script broke the connection. */
  outcome: 'running' | 'answered' | 'aborted' | 'cut';
  endedAtMs: number | null;
  /** What the answer has given to its connection so far, framing included. */
  sentBytes(): number;
}

/** Reads a request to its end. Rejects when its client leaves before. */
export async function recordRequest(request: IncomingMessage): Promise<RecordedRequest> {
  const { socket } = request;
  const before = socket.bytesWritten;
  const bodyText = await readText(request);
  const body = parseJson(bodyText);
  const fields = asObject(body);
  const { authorization } = request.headers;
  const key = request.headers['api-key'] ?? request.headers['x-api-key'];
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    credential: authorization?.replace(/^Bearer /i, '') ?? (typeof key === 'string' ? key : null),
    bodyText,
    body,
    model: typeof fields['model'] === 'string' ? fields['model'] : null,
    stream: fields['stream'] === true,
    receivedAtMs: performance.now(),
    outcome: 'running',
    endedAtMs: null,
    sentBytes: () => socket.bytesWritten - before,
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value when it is a JSON object, else an empty one. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
