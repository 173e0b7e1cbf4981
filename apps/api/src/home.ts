import { hostname } from 'node:os';

/** Names an installation's place: its machine and its data directory, which has one owner at a time. */
export function homeOf(dataDir: string): string {
  return `${hostname()}:${dataDir}`;
}
