import { ReadableError } from './run-main.mjs';

const MINIMUM_NODE_MAJOR = 20;
const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Throws a sentence that says what to do when this machine cannot run the product at all.
 * @param {{ platform: string, arch: string, nodeVersion: string }} machine
 */
export function checkPlatform({ platform, arch, nodeVersion }) {
  if (platform === 'win32') {
    throw new ReadableError(
      'Windows is supported through WSL 2: open a WSL terminal and run the same command there.',
    );
  }
  if (!SUPPORTED.includes(`${platform}-${arch}`)) {
    throw new ReadableError(
      `No runtime is available for ${platform}-${arch}. Supported: ${SUPPORTED.join(', ')}.`,
    );
  }
  if (Number.parseInt(nodeVersion, 10) < MINIMUM_NODE_MAJOR) {
    throw new ReadableError(
      `Node ${MINIMUM_NODE_MAJOR} or newer is needed to begin (this is ${nodeVersion}). See https://nodejs.org/en/download`,
    );
  }
}

/**
 * The pinned runtime and PostgreSQL are built for glibc. Called only before an installation, because the
 * report takes a few milliseconds.
 */
export function checkLibc() {
  if (process.platform !== 'linux' || !process.report) return;
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  if (!report.header.glibcVersionRuntime) {
    throw new ReadableError(
      'This Linux uses musl (Alpine?), for which the runtime is not built. Use a glibc distribution such as Debian, or the Docker image.',
    );
  }
}
