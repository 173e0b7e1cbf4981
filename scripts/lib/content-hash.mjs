import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names every file below the given paths, in a stable order. Missing paths are left out.
 * @param {string} root
 * @param {string[]} paths relative to `root`; files or folders
 * @param {(name: string) => boolean} skip by base name of a file or folder
 * @returns {string[]} relative to `root`
 */
export function listFiles(root, paths, skip = () => false) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} path */
  const visit = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      files.push(path);
      return;
    }
    for (const name of readdirSync(join(root, path)).toSorted()) {
      if (!skip(name)) visit(join(path, name));
    }
  };
  for (const path of paths) visit(path);
  return files;
}

/**
 * A digest of names and contents, equal exactly when nothing changed.
 * @param {string} root
 * @param {string[]} files relative to `root`
 * @param {string} [salt] what else the result depends on
 */
export function hashFiles(root, files, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
