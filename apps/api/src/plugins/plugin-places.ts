import { join } from 'node:path';
import type { Env } from '../env.ts';
import type { PluginPlaces } from './find-plugin.ts';

/** Relative paths begin where the process was started; packages are installed beside the data, or with the product. */
export function pluginPlaces({ dataDir }: Pick<Env, 'dataDir'>): PluginPlaces {
  const workingDirectory = process.cwd();
  return { workingDirectory, packageRoots: [join(dataDir, 'plugins'), workingDirectory] };
}
