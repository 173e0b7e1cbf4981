// Preloaded by disk-full.test.ts.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// A write behind the limit then fails, as on a full disk, instead of ending the process.
process.on('SIGXFSZ', () => {});

// From this signal on the disk does not say any more that anything is safe.
process.on('SIGUSR2', () => {
  const error = Object.assign(new Error('i/o error'), { code: 'EIO' });
  const failing = (/** @type {number} */ _fd, /** @type {fs.NoParamCallback} */ done) => {
    setImmediate(done, error);
  };
  fs.fdatasync = Object.assign(failing, { __promisify__: () => Promise.reject(error) });
  syncBuiltinESMExports();
});
