import type { TestServer } from './test-server.ts';

export interface RestAnswer {
  status: number;
  headers: Headers;
  text: string;
  // The shape is what each test is about.
  json: Record<string, unknown> & {
    error?: { message: string; type: string; param: string | null; code: string };
  };
}

export interface RestOptions {
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is when it is a text. */
  body?: unknown;
}

export type RestCall = (method: string, path: string, options?: RestOptions) => Promise<RestAnswer>;

/** Calls REST paths with the same headers each time. */
export function restClient(
  { origin }: Pick<TestServer, 'origin'>,
  always: Record<string, string> = {},
): RestCall {
  return async (method, path, { headers = {}, body } = {}) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...always,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? (JSON.parse(text) as RestAnswer['json']) : {},
    };
  };
}
