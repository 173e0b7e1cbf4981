// Preloaded by disk-full.test.ts.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// A write behind the limit then fails, as on a full disk, instead of ending the process.
process.on('SIGXFSZ', () => {});

// From this signal on the disk does not say any more that anything is safe.
process.on('SIGUSR2', () => {
  fs.fdatasync = (_fd, done) => setImmediate(done, Object.assign(new Error('i/o error'), { code: 'EIO' }));
  syncBuiltinESMExports();
});
