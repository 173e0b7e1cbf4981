import { errors } from 'undici';
import { OutboundError, type OutboundReason } from './outbound-error.ts';

const REASON_BY_CODE: Readonly<Record<string, OutboundReason>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'headers_timeout',
  UND_ERR_BODY_TIMEOUT: 'idle_timeout',
  UND_ERR_HEADERS_OVERFLOW: 'bad_response',
  UND_ERR_INVALID_ARG: 'invalid_request',
  UND_ERR_ABORTED: 'aborted',
  UND_ERR_DESTROYED: 'aborted',
  UND_ERR_CLOSED: 'aborted',
};

/** What undici reports on an established connection, as an `OutboundError`. */
export function toOutboundError(error: Error & { code?: unknown }): OutboundError {
  if (error instanceof OutboundError) return error;
  return new OutboundError(reasonOf(error), { cause: error });
}

function reasonOf(error: Error & { code?: unknown }): OutboundReason {
  if (error instanceof errors.HTTPParserError) {
    // The parser's code is not set for an end within a chunk; only its sentence says so.
    return error.message.includes('Invalid EOF state') ? 'reset' : 'bad_response';
  }
  // undici has one code for a lost connection and for answers out of protocol.
  if (error.code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ')) return 'bad_response';
  // Everything else is a socket that broke: ECONNRESET, EPIPE, an end before the announced length.
  return (typeof error.code === 'string' ? REASON_BY_CODE[error.code] : undefined) ?? 'reset';
}
