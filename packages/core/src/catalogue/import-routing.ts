import { AppError } from '@aigc/shared/errors';
import type { CatalogueModel } from './catalogue-schema.ts';
import type { Import } from './running-import.ts';

const FIELDS = ['provider', 'strategy', 'upstreams', 'aliases', 'fallbacks'] as const;

/** Whether a difference is about where calls of a model go. */
export function isRouting(field: string): boolean {
  return FIELDS.some((name) => name === field);
}

/** Says where calls of a model go, once every model of the file is there. @throws AppError */
export async function importRouting(
  _running: Import,
  { wanted, isNew }: { id: number; wanted: CatalogueModel; isNew: boolean },
): Promise<void> {
  const field = FIELDS.find((name) => (name === 'provider' ? !isNew : wanted[name] !== undefined));
  if (field === undefined) return;
  throw new AppError('invalid_field', 'This cannot be imported yet: set it in the panel.', { param: field });
}
