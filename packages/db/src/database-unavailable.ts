/** Codes of sockets and of PostgreSQL (classes 08, 40, 53, 57, 58) that say "not now" rather than "wrong", as 08P01 does. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const SQLSTATE = /^(08(?!P01)|40001|40P01|53|57P|58|25006)/;
/** pg gives these failures no code. */
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;
const MAX_DEPTH = 6;

/** True if the database could not be reached or could not work, so that the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (SQLSTATE.test(code) || MESSAGES.test(current.message)) return true;
    // ENOENT of a file is somebody else's trouble; of a socket it names the connect call.
    if (SOCKET_CODES.has(code) && 'syscall' in current && current.syscall !== 'open') return true;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return false;
}
