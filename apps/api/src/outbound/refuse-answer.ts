import { OutboundError } from './outbound-error.ts';

interface AnswerHeaders {
  'content-encoding'?: string | string[] | undefined;
  'content-length'?: string | string[] | undefined;
}

/**
 * Why an answer is refused by its status line and headers: a redirect, which is never followed, compression,
 * or an announced length above the cap. Null when it is not.
 */
export function refuseAnswer(
  status: number,
  headers: AnswerHeaders,
  maxResponseBytes: number,
): OutboundError | null {
  if (status < 400 && status >= 300) return new OutboundError('redirect', { status });
  // Identity was asked for. An answer that is compressed all the same is refused rather than inflated:
  // the size cap then holds for what we keep, and no bomb is ever opened.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    return new OutboundError('bad_response', { status });
  }
  if (Number(headers['content-length']) > maxResponseBytes) return new OutboundError('too_large', { status });
  return null;
}
