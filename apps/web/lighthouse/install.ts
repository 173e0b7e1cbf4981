import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '13.5.0';
const INSTALL_TIMEOUT_MS = 300_000;

/** The parts of Lighthouse's result that are read here. */
export interface LighthouseResult {
  report: string[];
  lhr: {
    categories: Record<string, { score: number | null }>;
    audits: Record<string, Audit>;
  };
}

export interface Audit {
  title: string;
  score: number | null;
  scoreDisplayMode: string;
  displayValue?: string;
  numericValue?: number;
}

interface Lighthouse {
  run: (
    url: string,
    flags: Record<string, unknown>,
    config: Record<string, unknown>,
  ) => Promise<LighthouseResult>;
  desktopConfig: Record<string, unknown>;
}

/** Installs it once, outside the workspace, without running its scripts: it weighs more than all else that tests. */
export async function installLighthouse(cacheDir: string): Promise<Lighthouse> {
  const folder = join(cacheDir, `lighthouse-${VERSION}`);
  const inside = (path: string) => join(folder, 'node_modules/lighthouse', path);
  if (!existsSync(inside('core/index.js'))) {
    await mkdir(folder, { recursive: true });
    const manifest = { private: true, dependencies: { lighthouse: VERSION } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      timeout: INSTALL_TIMEOUT_MS,
    });
  }
  const load = async (path: string) => (await import(pathToFileURL(inside(path)).href)).default;
  return { run: await load('core/index.js'), desktopConfig: await load('core/config/desktop-config.js') };
}
