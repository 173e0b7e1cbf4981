import { JournalDamagedError } from '@aigc/core/journal/journal-errors';
import { SecretKeysError } from '@aigc/core/secrets/verify-keys';
import { SettingsConflictError } from '@aigc/core/settings/apply-environment';
import { EmbeddedPostgresError } from '@aigc/db/embedded/embedded-postgres-error';
import { EnvError } from './env.ts';
import { ModelsFileError } from './import-models-file.ts';
import { DatabaseError } from './open-database.ts';
import { WorkerStartError } from './processes/worker-pool.ts';

/** Failures that the operator can mend: the message says how, and a stack would only hide it. */
export function isOperatorError(error: unknown): error is Error {
  return (
    error instanceof EnvError ||
    error instanceof ModelsFileError ||
    error instanceof DatabaseError ||
    error instanceof SecretKeysError ||
    error instanceof SettingsConflictError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof WorkerStartError ||
    error instanceof JournalDamagedError ||
    isListenError(error)
  );
}

function isListenError(error: unknown): error is NodeJS.ErrnoException & { port?: number } {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

/** What the operator reads of such a failure. */
export function operatorMessage(error: Error): string {
  if (!isListenError(error) || error.code !== 'EADDRINUSE') return error.message;
  return `Port ${error.port} is taken by another program. Stop that one, or set PORT to another port (0: any that is free).`;
}
