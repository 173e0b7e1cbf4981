import { trimMoney } from '@aigc/shared/money';

/** A price as it travels: without the zeros that the database keeps; null where none is set. */
export function toPrice(stored: string | null | undefined): string | null {
  return stored === null || stored === undefined ? null : trimMoney(stored);
}
