import { Writable } from 'node:stream';
import { pino, type Logger, type LoggerOptions } from 'pino';

export type Log = Logger;

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'password_hash',
  'current_password',
  'new_password',
  'token',
  'secret',
  'api_key',
  'apiKey',
  'local_api_key',
  'localApiKey',
];
/** Where PostgreSQL repeats the values of the row that it refuses. */
const DATABASE_ERROR_VALUES = ['err.detail', 'err.where', 'err.internalQuery'];
const SECRET_HEADERS = ['x-api-key', 'set-cookie', 'x-internal-token', 'proxy-authorization'];

/** A name in the object itself, one level down, and two: where a careless `log.info({ req })` would put it. */
const redactedPaths = [
  ...DATABASE_ERROR_VALUES,
  ...SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  ...SECRET_HEADERS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
];

export interface LogOptions {
  level: string;
  /** People read the output, not programs: warnings and errors only, one plain line each. */
  isForPeople: boolean;
}

/** The process's log: JSON lines on standard output, with secrets removed. */
export function createLog({ level, isForPeople }: LogOptions): Log {
  // The stream, not pino's own writer: that one waits for ever once nobody reads the pipe any more.
  if (!isForPeople) return pino(logOptions(level), process.stdout);
  return pino(logOptions('warn'), plainLines());
}

/** Options of every logger: they carry the redaction. */
export function logOptions(level: string): LoggerOptions {
  return { level, base: null, redact: { paths: redactedPaths, censor: '[removed]' } };
}

/** Writes what a person at a terminal needs of a log line. */
function plainLines(): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      process.stderr.write(`${plainLine(String(line))}\n`);
      done();
    },
  });
}

function plainLine(line: string): string {
  const entry: { level?: number; msg?: string; err?: { message?: string; stack?: string } } =
    JSON.parse(line);
  const label = (entry.level ?? 0) >= 50 ? 'Error' : 'Warning';
  return [`${label}: ${entry.msg ?? ''}`, entry.err?.stack ?? entry.err?.message].filter(Boolean).join('\n');
}
