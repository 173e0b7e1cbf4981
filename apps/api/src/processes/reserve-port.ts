import { createServer, type AddressInfo } from 'node:net';

/**
 * A port that workers can share: the given one, proved to be free before anything is started; for 0, any that is.
 * @throws the system's error of listening when it is taken
 */
export async function reservePort(host: string, port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const { port: chosen } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return chosen;
}
