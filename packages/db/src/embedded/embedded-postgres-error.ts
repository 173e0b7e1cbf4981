/** The embedded database or its data directory cannot be used; the message tells the operator why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The database is there, but belongs to somebody else. */
export function unreadableCluster(path: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database in ${path} cannot be read. Start as the user it belongs to, or hand it over with chown -R.`,
    { cause },
  );
}
