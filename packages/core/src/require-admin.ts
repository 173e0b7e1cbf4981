import { refusal } from '@aigc/shared/refusals';
import type { Actor } from './actor.ts';

/** Refuses everyone but administrators of the platform. @throws AppError `forbidden` */
export function requireAdmin(actor: Actor): void {
  if (actor.role !== 'admin') throw refusal('administrators_only', {});
}
