import type { AppError, EditConflict } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';

/** The refusal of a change that was made from an older version, with what is there now. */
export function changedMeanwhile(conflict: EditConflict): AppError {
  return refusal('changed_meanwhile', { version: conflict.version }, { conflict });
}
