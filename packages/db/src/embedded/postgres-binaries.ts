import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const supportedPlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const wayOut =
  'Set DATABASE_URL to a PostgreSQL server of your own, for example postgresql://user:password@host:5432/aigcspace.';

/**
 * Finds PostgreSQL's programs among the installed packages.
 *
 * @throws EmbeddedPostgresError on a platform without such a package.
 */
export function locatePostgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  if (!supportedPlatforms.includes(platform)) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL has no build for ${platform} (only for ${supportedPlatforms.join(', ')}). ${wayOut}`,
    );
  }
  if (process.platform === 'linux' && !runsOnGlibc()) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL needs the GNU C library, and this system (Alpine, perhaps) has another one. ${wayOut}`,
    );
  }
  const packageName = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${packageName} is not installed: install again without leaving out optional packages. ${wayOut}`,
      { cause: error },
    );
  }
  const directory = join(dirname(entry), '..', 'native', 'bin');
  return { initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres') };
}

function runsOnGlibc(): boolean {
  // Otherwise it looks up the name of every peer that this process is connected to. Not in Node's types yet.
  Reflect.set(process.report, 'excludeNetwork', true);
  // The report's shape is not typed by Node; the field is absent on other C libraries.
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('header' in report)) return false;
  const { header } = report;
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
}
