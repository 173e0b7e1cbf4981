import { close, fdatasync, open, writeSync } from 'node:fs';

/** How a journal touches its open segment; tests put faults in its place. */
export interface JournalFiles {
  open(path: string): Promise<number>;
  /** Writes all bytes into space that the file has already. Returns at once: the page cache takes them. */
  write(fd: number, bytes: Buffer, position: number): void;
  /** Calls back when everything written is on disk. */
  sync(fd: number, done: (error: Error | null) => void): void;
  close(fd: number): Promise<void>;
}

export const diskFiles: JournalFiles = {
  open: (path) =>
    new Promise((resolve, reject) =>
      open(path, 'r+', (error, fd) => (error === null ? resolve(fd) : reject(error))),
    ),
  write(fd, bytes, position) {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(fd, bytes, written, bytes.length - written, position + written);
    }
  },
  sync: (fd, done) => fdatasync(fd, done),
  close: (fd) => new Promise((resolve, reject) => close(fd, (error) => (error ? reject(error) : resolve()))),
};
