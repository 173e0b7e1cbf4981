import { openOrm, type Orm } from '@aigc/db/orm';
import { listen, type NotificationHub } from '@aigc/db/listen';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';

let hub: NotificationHub;
let orm: Orm;
const onConnectionLost = vi.fn<(error: Error) => void>();
/** Of this test alone: the database is shared. */
const channel = `test_listen_${process.pid}`;

beforeEach(async () => {
  const connectionString = inject('testDatabaseUrl');
  orm = await openOrm({ connectionString });
  hub = await listen({
    connectionString,
    onConnectionLost,
    lock: { text: 'select pg_try_advisory_lock(4711, $1) as locked', values: [process.pid] },
  });
});
afterEach(async () => {
  await hub.close();
  await orm.close(true);
});

const notify = (payload: string) => orm.em.fork().execute('select pg_notify(?, ?)', [channel, payload]);

test('every subscriber hears every notification until it leaves', async () => {
  const [first, second] = [vi.fn<(payload: string) => void>(), vi.fn<(payload: string) => void>()];
  const leave = hub.subscribe(channel, first);
  hub.subscribe(channel, second);
  await notify('{"id":1}');
  await vi.waitFor(() => expect(second).toHaveBeenCalledTimes(1));
  expect(first).toHaveBeenCalledWith('{"id":1}');
  leave();
  await notify('{"id":2}');
  await vi.waitFor(() => expect(second).toHaveBeenCalledTimes(2));
  expect(first).toHaveBeenCalledTimes(1);
});

test('after the connection was cut it comes back, says that something may be missing, and holds its lock', async () => {
  const [heard, onGap] = [vi.fn<(payload: string) => void>(), vi.fn<() => void>()];
  hub.subscribe(channel, heard, onGap);
  const holders = () =>
    orm.em
      .fork()
      .execute<{ pid: number }[]>(
        "select pid from pg_locks where locktype = 'advisory' and classid = 4711 and objid = ? and granted",
        [process.pid],
      );
  const [before] = await holders();
  await orm.em.fork().execute('select pg_terminate_backend(?)', [before?.pid]);
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(1), { timeout: 10_000 });
  expect(onConnectionLost).toHaveBeenCalledTimes(1);
  expect(hub.isConnected()).toBe(true);
  const [after] = await holders();
  expect(after?.pid).not.toBe(before?.pid);
  expect(after).toBeDefined();
  await notify('again');
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('again'));
});

test('what is sent after the server listens is heard, without a moment between', async () => {
  for (let round = 0; round < 20; round += 1) {
    const heard = vi.fn<(payload: string) => void>();
    const leave = hub.subscribe(channel, heard);
    await hub.untilHeard();
    await notify(String(round));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(String(round)));
    leave();
  }
});
