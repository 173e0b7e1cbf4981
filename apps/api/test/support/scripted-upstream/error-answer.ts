import type { ErrorBody } from './behaviour.ts';

export interface ErrorAnswer {
  contentType: string | null;
  body: string;
}

const DEFAULTS: Readonly<Record<number, { message: string; type: string; code: string | null }>> = {
  400: { message: 'Bad request.', type: 'invalid_request_error', code: null },
  401: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  402: { message: 'Insufficient balance.', type: 'insufficient_quota', code: 'insufficient_quota' },
  403: { message: 'Not allowed.', type: 'permission_error', code: 'forbidden' },
  404: { message: 'The model does not exist.', type: 'invalid_request_error', code: 'model_not_found' },
  429: { message: 'Rate limit reached.', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  500: { message: 'The server had an error.', type: 'server_error', code: null },
  529: { message: 'Overloaded.', type: 'overloaded_error', code: null },
};

export const HTML_PAGE = '<!doctype html><html><body><h1>It works</h1></body></html>';

/** The body of an error in the shape that was scripted. */
export function errorAnswer(
  status: number,
  options: { body?: ErrorBody; message?: string; code?: string; param?: string } = {},
): ErrorAnswer {
  const known = DEFAULTS[status] ?? { message: `Status ${status}.`, type: 'server_error', code: null };
  const message = options.message ?? known.message;
  const json = (value: unknown): ErrorAnswer => ({
    contentType: 'application/json',
    body: JSON.stringify(value),
  });
  switch (options.body) {
    case 'message_only':
      return json({ error: { message } });
    case 'string':
      return json({ error: message });
    case 'no_error':
      return json({ message, status });
    case 'text':
      return { contentType: 'text/plain', body: message };
    case 'html':
      return { contentType: 'text/html', body: HTML_PAGE };
    case 'empty':
      return { contentType: null, body: '' };
    case 'openai':
    default:
      return json({
        error: { message, type: known.type, param: options.param ?? null, code: options.code ?? known.code },
      });
  }
}
