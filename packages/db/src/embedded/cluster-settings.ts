import { chown, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const settingsFile = 'aigcspace.conf';

/** Appended once to a new cluster's postgresql.conf, so that an operator's own lines below it win. */
export const includeSettings = `
# AIGC Space's settings, rewritten at every start. Settings of your own go below this line.
include '${settingsFile}'
`;

const settings = `# Written at every start of AIGC Space: put settings of your own into postgresql.conf instead.
max_connections = 100
shared_buffers = 128MB
fsync = on
synchronous_commit = on
full_page_writes = on
# A checkpoint makes every page be written whole once more: fewer of them, at the price of disk and of a longer recovery.
max_wal_size = 2GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'

# One machine, short queries: no helper processes that would sit idle, and no compiler.
max_logical_replication_workers = 0
jit = off
io_method = sync

# One file per day of the week, each emptied when its day comes again. Errors of statements are the
# application's to log: here they could carry people's data.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '%m [%p] '
`;

/** Whoever may enter the socket's directory (mode 0700) is the administrator; there is no other way in. */
const hostBasedAuthentication = `# Written at every start of AIGC Space.
local all all trust
`;

/** Writes the settings into a cluster. */
export async function writeClusterSettings(
  clusterDir: string,
  owner: { uid: number; gid: number },
): Promise<void> {
  await writeWhole(join(clusterDir, settingsFile), settings, owner);
  await writeWhole(join(clusterDir, 'pg_hba.conf'), hostBasedAuthentication, owner);
}

/** Under another name first: a server must never find half a file. */
async function writeWhole(path: string, text: string, owner: { uid: number; gid: number }): Promise<void> {
  const written = `${path}.new`;
  await writeFile(written, text, { mode: 0o600 });
  if (process.geteuid?.() === 0) await chown(written, owner.uid, owner.gid);
  await rename(written, path);
}
