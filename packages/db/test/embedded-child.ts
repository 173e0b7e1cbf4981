// A process that owns a data directory, told what to do by a test over IPC. It ends by itself when it was
// told to disconnect and holds nothing any more.
import { claimDataDir, DataDirInUse, type DataDirClaim } from '../src/embedded/data-dir-owner.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/embedded/embedded-postgres.ts';

export type ChildRequest =
  | { do: 'claim'; dataDir: string; address: string }
  | { do: 'set-address'; address: string }
  | { do: 'release' }
  | { do: 'start'; dataDir: string }
  | { do: 'stop' }
  | { do: 'disconnect' };

export type ChildReply =
  | { ok: true; connectionString?: string; socketDir?: string }
  | { ok: false; error: string; message: string; ownerAddress?: string | undefined };

let claim: DataDirClaim | undefined;
let server: EmbeddedPostgres | undefined;

async function handle(request: ChildRequest): Promise<ChildReply> {
  switch (request.do) {
    case 'claim':
      claim = await claimDataDir(request.dataDir, { address: request.address });
      break;
    case 'set-address':
      claim?.setAddress(request.address);
      break;
    case 'release':
      await claim?.release();
      break;
    case 'start':
      server = await startEmbeddedPostgres({ dataDir: request.dataDir });
      return { ok: true, connectionString: server.connectionString, socketDir: server.socketDir };
    case 'stop':
      await server?.stop();
      break;
    case 'disconnect':
      process.disconnect?.();
  }
  return { ok: true };
}

function describe(error: unknown): ChildReply {
  if (error instanceof DataDirInUse) {
    return { ok: false, error: error.name, message: error.message, ownerAddress: error.address };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { ok: false, error: name, message };
}

// Stands for the product's drain: a Ctrl-C in the terminal is noticed, and does not end the process at once.
process.on('SIGINT', () => undefined);
process.on('message', (request: ChildRequest) => {
  void handle(request)
    .catch(describe)
    .then((reply) => (process.connected ? process.send?.(reply) : undefined));
});
