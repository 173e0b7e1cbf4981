import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppError } from '@aigc/shared/errors';

export interface Conflict {
  /** The field at fault, as its caller spells it. */
  param: string;
  message: string;
}

/** The conflict as an error beside its field. */
export function conflictError(conflict: Conflict): AppError {
  return new AppError('conflict', conflict.message, { param: conflict.param });
}

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
    throw conflict === undefined ? error : conflictError(conflict);
  }
}

function constraintOf(error: unknown): string {
  if (!(error instanceof UniqueConstraintViolationException)) return '';
  // Copied from the driver's error, which the ORM's types do not tell.
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
}
