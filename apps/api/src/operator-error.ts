import { SecretKeysError } from '@aigc/core/secrets/verify-keys';
import { SettingsConflictError } from '@aigc/core/settings/apply-environment';
import { EmbeddedPostgresError } from '@aigc/db/embedded/embedded-postgres-error';
import { EnvError } from './env.ts';
import { DatabaseError } from './open-database.ts';

/** Failures that the operator can mend: the message says how, and a stack would only hide it. */
export function isOperatorError(error: unknown): error is Error {
  return (
    error instanceof EnvError ||
    error instanceof DatabaseError ||
    error instanceof SecretKeysError ||
    error instanceof SettingsConflictError ||
    error instanceof EmbeddedPostgresError ||
    isListenError(error)
  );
}

/** `listen EADDRINUSE: address already in use 127.0.0.1:8000` names address and reason. */
function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
