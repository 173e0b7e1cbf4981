import { AppError } from '@aigc/shared/errors';
import type { Actor } from './actor.ts';

/** Refuses everyone but administrators of the platform. @throws AppError `forbidden` */
export function requireAdmin(actor: Actor): void {
  if (actor.role !== 'admin') throw new AppError('forbidden', 'Only administrators may do this.');
}
