import { expect, test } from 'vitest';
import { parseAllowList } from './allow-list.ts';
import { createSystemResolve, resolveAllowed } from './guarded-lookup.ts';
import { OutboundError } from './outbound-error.ts';

interface Answer {
  allow?: string;
  hostname?: string;
  port?: number;
}

/** What a connection may use when a name resolves to these: the addresses, or the error. */
async function outcome(addresses: string[], given: Answer = {}): Promise<string[] | OutboundError> {
  const { allow = '', hostname = 'models.example', port = 443 } = given;
  const policy = {
    allow: parseAllowList(allow),
    allowLoopback: false,
    ownPorts: () => new Set<number>(),
    allowMetadata: false,
  };
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  try {
    const allowed = await resolveAllowed(async () => found, policy, { hostname, port });
    return allowed.map(({ address }) => address);
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
}

test('every public address of a name may be used', async () => {
  expect(await outcome(['8.8.8.8', '2606:4700::1'])).toEqual(['8.8.8.8', '2606:4700::1']);
});

test.each([
  [['10.0.0.5'], '10.0.0.5:443'],
  [['8.8.8.8', '10.0.0.5'], '10.0.0.5:443'],
  [['fd00::5', '8.8.8.8'], '[fd00::5]:443'],
  [['::ffff:127.0.0.1'], '127.0.0.1:443'],
])('a name with a forbidden address is refused as a whole: %j', async (addresses, entry) => {
  const error = await outcome(addresses);
  expect(error).toMatchObject({ reason: 'address_forbidden', allowEntry: entry });
});

test.each(['169.254.169.254', '0.0.0.0'])(
  'no entry is suggested for %s, which none alone allows',
  async (address) => {
    expect(await outcome([address])).toMatchObject({ reason: 'address_forbidden', allowEntry: null });
  },
);

test('an answer that is no address is refused and has no entry', async () => {
  expect(await outcome(['8.8.8.8', 'nonsense'])).toMatchObject({
    reason: 'address_forbidden',
    allowEntry: null,
  });
});

test('localhost uses the one of its two addresses that is allowed', async () => {
  expect(await outcome(['::1', '127.0.0.1'], { allow: '127.0.0.1:443' })).toEqual(['127.0.0.1']);
  expect(await outcome(['::1', '127.0.0.1'], { allow: 'localhost:443', hostname: 'localhost' })).toHaveLength(
    2,
  );
  expect(await outcome(['::1', '8.8.8.8'], { allow: '127.0.0.1:443' })).toMatchObject({
    reason: 'address_forbidden',
  });
});

test('no address at all, or a resolver that fails, is a dns error', async () => {
  expect(await outcome([])).toMatchObject({ reason: 'dns' });
  const failing = resolveAllowed(
    () => Promise.reject(new Error('ENOTFOUND')),
    {
      allow: parseAllowList(''),
      allowLoopback: true,
      ownPorts: () => new Set(),
      allowMetadata: false,
    },
    { hostname: 'nowhere.example', port: 1 },
  );
  await expect(failing).rejects.toMatchObject({ reason: 'dns' });
});

test('simultaneous questions for one name share an answer', async () => {
  const resolve = createSystemResolve();
  const [first, second] = [resolve('localhost'), resolve('localhost')];
  expect(first).toBe(second);
  expect((await first).length).toBeGreaterThan(0);
  expect(resolve('localhost')).not.toBe(first);
});
