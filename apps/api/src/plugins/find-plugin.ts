import { readFile, stat } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A plug-in's module, found but not loaded. */
export interface FoundPlugin {
  /** The address to import. */
  url: string;
  /** The version of its package; null: it has none. */
  packageVersion: string | null;
}

/** Why a plug-in could not be found, in words for whoever configured it. */
export class PluginNotFoundError extends Error {
  override readonly name = 'PluginNotFoundError';
}

/** Where plug-ins are looked for. */
export interface PluginPlaces {
  /** What relative paths begin at. */
  workingDirectory: string;
  /** Directories below which installed packages are, in `node_modules`, in order. */
  packageRoots: readonly string[];
}

/** Finds what `PLUGINS` names: a file, a directory with a package.json, or an installed package. @throws PluginNotFoundError */
export async function findPlugin(source: string, places: PluginPlaces): Promise<FoundPlugin> {
  if (!isPath(source)) return entryOf(findPackage(source, places.packageRoots));
  const path = resolve(places.workingDirectory, source);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new PluginNotFoundError(`there is nothing at ${path}.`);
  return found.isDirectory() ? entryOf(path) : { url: pathToFileURL(path).href, packageVersion: null };
}

function isPath(source: string): boolean {
  return isAbsolute(source) || /^\.{1,2}(\/|$)/.test(source);
}

function findPackage(name: string, roots: readonly string[]): string {
  for (const root of roots) {
    try {
      const file = findPackageJSON(name, pathToFileURL(join(root, 'package.json')));
      if (file !== undefined) return join(file, '..');
    } catch {
      // Not below this root.
    }
  }
  throw new PluginNotFoundError(
    `there is no installed package of this name; install it with npm install --prefix ${roots[0] ?? '.'} ${name}, or give a path that begins with ./ or /.`,
  );
}

async function entryOf(directory: string): Promise<FoundPlugin> {
  const file = join(directory, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new PluginNotFoundError(`${directory} has no package.json.`);
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch {
    throw new PluginNotFoundError(`${file} is not JSON.`);
  }
  const { exports, main, version } = (description ?? {}) as Record<string, unknown>;
  const entry = entryFrom(exports) ?? (typeof main === 'string' ? main : 'index.js');
  return {
    url: pathToFileURL(resolve(directory, entry)).href,
    packageVersion: typeof version === 'string' ? version.slice(0, 40) : null,
  };
}

/** The main entry of a package's `exports`, of the forms that packages with one entry have. */
function entryFrom(exports: unknown): string | null {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return null;
  const { '.': main, import: esm, node, default: standard } = exports as Record<string, unknown>;
  return entryFrom(main) ?? entryFrom(esm) ?? entryFrom(node) ?? entryFrom(standard);
}
