// Preloaded by disk-full.test.ts: a write behind the limit then fails, as on a full disk, instead of ending the process.
process.on('SIGXFSZ', () => {});
