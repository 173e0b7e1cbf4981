import { createConnection } from 'node:net';

/** An owner whose event loop is busy starting answers late, so this is generous. */
const answerTimeoutMs = 3_000;

export type OwnerAnswer =
  { state: 'absent' } | { state: 'silent' } | { state: 'answered'; address: string; pid: number };

/** Asks whoever listens on the claim socket where it serves. A leftover socket file counts as absent. */
export async function askOwner(socketPath: string): Promise<OwnerAnswer> {
  return new Promise((resolve) => {
    let connected = false;
    let text = '';
    const socket = createConnection(socketPath);
    const finish = (): void => {
      socket.destroy();
      resolve(parseAnswer(text) ?? { state: connected ? 'silent' : 'absent' });
    };
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, finish);
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('data', (part: string) => {
      text += part;
      if (text.includes('\n') || text.length > 10_000) finish();
    });
    socket.once('end', finish);
    socket.once('error', finish);
  });
}

function parseAnswer(text: string): OwnerAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('address' in value) || !('pid' in value))
    return undefined;
  const { address, pid } = value;
  if (typeof address !== 'string' || typeof pid !== 'number') return undefined;
  return { state: 'answered', address, pid };
}
