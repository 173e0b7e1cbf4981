import { Client } from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { errorCode } from './error-code.ts';
import { isSameFile } from './file-identity.ts';

export const serverPort = 5432;
export const databaseName = 'aigcspace';
/** PostgreSQL derives it from the port. */
export const serverSocketName = `.s.PGSQL.${serverPort}`;

const connectTimeoutMs = 2_000;
const queryTimeoutMs = 30_000;

/** `busy`: a server answers that it is starting, recovering, stopping, or full. `silent`: nobody answers. */
export type ProbeResult = 'ready' | 'busy' | 'silent' | 'stranger';

/** Asks the server on this socket, by PostgreSQL's protocol, whether it serves this database directory. */
export async function probeServer(socketDir: string, clusterDir: string): Promise<ProbeResult> {
  try {
    return await withClient(socketDir, 'postgres', async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      const served = rows[0]?.data_directory;
      return served !== undefined && (await isSameFile(served, clusterDir)) ? 'ready' : 'stranger';
    });
  } catch (error) {
    // 57P03 cannot_connect_now, 57P01 admin_shutdown, 53300 too_many_connections
    const code = errorCode(error);
    if (code === '57P03' || code === '57P01' || code === '53300') return 'busy';
    if (code === 'EACCES') {
      throw new EmbeddedPostgresError(`No access to the database server's socket in ${socketDir}.`, {
        cause: error,
      });
    }
    return 'silent';
  }
}

/** Creates the product's database in a new cluster. */
export async function ensureDatabase(socketDir: string): Promise<void> {
  await withClient(socketDir, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(databaseName)}`);
  });
}

/** The directory stands where a host name would, percent-encoded: pg and MikroORM both read it there. */
export function connectionString(socketDir: string): string {
  return `postgresql://postgres@${encodeURIComponent(socketDir)}:${serverPort}/${databaseName}`;
}

async function withClient<T>(
  socketDir: string,
  database: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: socketDir,
    port: serverPort,
    user: 'postgres',
    database,
    ssl: false,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    application_name: 'aigcspace-start',
  });
  // A connection that breaks between two queries reports it here; the next query fails with it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
