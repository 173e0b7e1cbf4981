import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of the documentation page, as it is sent. */
export interface Asset {
  contentType: string;
  plain: Buffer;
  gzipped: Buffer;
  /** Changes with the content. */
  etag: string;
}

const swaggerDirectory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ownDirectory = dirname(fileURLToPath(import.meta.url));

/** The only files that are served, by name. */
const FILES: Readonly<Record<string, { directory: string; contentType: string }>> = {
  'swagger-ui.css': { directory: swaggerDirectory, contentType: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { directory: swaggerDirectory, contentType: 'text/javascript; charset=utf-8' },
  'page.css': { directory: ownDirectory, contentType: 'text/css; charset=utf-8' },
  'page.js': { directory: ownDirectory, contentType: 'text/javascript; charset=utf-8' },
};

const loaded = new Map<string, Promise<Asset>>();

/** A file of the page; undefined if there is none of this name. Read and compressed once. */
export async function loadAsset(name: string): Promise<Asset | undefined> {
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (file === undefined) return undefined;
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = readAsset(join(file.directory, name), file.contentType);
  loaded.set(name, loading);
  // A file that could not be read is tried again.
  loading.catch(() => loaded.delete(name));
  return loading;
}

async function readAsset(path: string, contentType: string): Promise<Asset> {
  const plain = await readFile(path);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 16);
  return { contentType, plain, gzipped: await promisify(gzip)(plain), etag: `"${hash}"` };
}
