/**
 * Flags of Node that the server is run with (docs/decisions/0033): a young generation of 32 MiB halves, to which what
 * waits for the database is copied half as often as in the default of 16. The Dockerfile's command has the same.
 */
export const serverFlags = ['--max-semi-space-size=32', '--min-semi-space-size=32'];
