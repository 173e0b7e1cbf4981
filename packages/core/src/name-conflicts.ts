import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { AppError } from '@aigc/shared/errors';

/** Makes the refusal, beside the field at fault. */
export type Conflict = () => AppError;

/**
 * Runs a transaction and turns the refusal of a unique index into a conflict that its caller can mend:
 * the index has the last word when two do the same thing at the same moment.
 */
export async function namingConflicts<T>(
  byConstraint: Record<string, Conflict>,
  transaction: () => Promise<T>,
): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    const conflict = byConstraint[constraintOf(error)];
    throw conflict === undefined ? error : conflict();
  }
}

function constraintOf(error: unknown): string {
  if (!(error instanceof UniqueConstraintViolationException)) return '';
  // Copied from the driver's error, which the ORM's types do not tell.
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
}
