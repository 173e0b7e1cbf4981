import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Absolute path of a file in the checkout. @param {...string} parts */
export function inRoot(...parts) {
  return resolve(root, ...parts);
}
