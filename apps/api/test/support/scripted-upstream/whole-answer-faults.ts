import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { errorAnswer, HTML_PAGE } from './error-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { AnswerWriter } from './write-answer.ts';

/** Plays the faults that replace the whole answer; false when there is none. */
export async function answeredByFault(writer: AnswerWriter, record: RecordedRequest): Promise<boolean> {
  const { response, behaviour, left } = writer;
  const { fault } = behaviour;
  switch (fault?.kind) {
    case 'error': {
      const { status, retryAfter, ...shape } = fault;
      writeError(response, status, shape, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
      return true;
    }
    case 'redirect':
      response.writeHead(fault.status ?? 302, { location: fault.location }).end();
      return true;
    case 'hang_before_headers':
      if (!left.aborted) await once(left, 'abort');
      return true;
    case 'reset_before_headers':
      writer.cut();
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end(HTML_PAGE);
      return true;
    case 'not_json':
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"id": "chatcmpl-1", "choices": [');
      return true;
    case 'not_openai':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'ok', path: record.path }));
      return true;
    case 'raw':
      response.writeHead(200, { 'content-type': fault.contentType }).write(fault.body);
      if (fault.staysOpen !== true) response.end();
      return true;
    default:
      return false;
  }
}

/** Answers with an error in the shape that was scripted. */
export function writeError(
  response: ServerResponse,
  status: number,
  shape: Parameters<typeof errorAnswer>[1] = {},
  headers: Record<string, string> = {},
): void {
  const { contentType, body } = errorAnswer(status, shape);
  response.writeHead(status, {
    ...headers,
    ...(contentType === null ? {} : { 'content-type': contentType }),
  });
  response.end(body);
}
