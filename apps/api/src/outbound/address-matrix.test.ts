import { channel } from 'node:diagnostics_channel';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { spellingsOf } from '../../test/support/address-spellings.ts';
import { Closers, LOOPBACK_POLICY, runExchange } from '../../test/support/outbound-calls.ts';
import { parseAllowList } from './allow-list.ts';
import { OutboundError } from './outbound-error.ts';
import type { OutboundPolicy } from './outbound-policy.ts';
import type { Outbound } from './outbound.ts';
import { readBody } from './read-body.ts';

const closers = new Closers();
afterEach(() => closers.close());

const CLOSED: OutboundPolicy = { ...LOOPBACK_POLICY, allowLoopback: false };
const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

/** Every attempt of this process to connect: no packet leaves without one. */
const attempts: string[] = [];
function onSocket(message: unknown): void {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (address: string) => attempts.push(address));
}

/** Every connection that reaches the port that most of the forms name. */
let arrivals = 0;
let port = 0;
let listener: Server;

beforeAll(async () => {
  channel('net.client.socket').subscribe(onSocket);
  listener = createHttpServer((_request, response) => response.end('reached')).on(
    'connection',
    () => (arrivals += 1),
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  port = (listener.address() as AddressInfo).port;
});
afterAll(() => {
  channel('net.client.socket').unsubscribe(onSocket);
  listener.close();
});
beforeEach(() => {
  attempts.length = 0;
  arrivals = 0;
});

/** What both ways out say to a URL: the reasons, or `reached`. */
async function outcomes(outbound: Outbound, url: string): Promise<string[]> {
  const requested = await outbound.request({ url, method: 'GET', headers: {}, trust: 'user' }).then(
    async (response) => (await readBody(response, 1_000)).toString(),
    (error: unknown) => (error instanceof OutboundError ? error.reason : String(error)),
  );
  const started = await runExchange(outbound, url);
  return [requested, started.error?.reason ?? started.body];
}

async function expectRefused(url: string, policy: OutboundPolicy = CLOSED): Promise<void> {
  const outbound = closers.outbound({ policy, resolve: async () => LOOPBACK });
  expect(await outcomes(outbound, url)).toEqual(['address_forbidden', 'address_forbidden']);
  expect([attempts, arrivals]).toEqual([[], 0]);
}

describe.each([
  ['127.0.0.1', 'this machine'],
  ['127.1.2.3', 'this machine, by another of its addresses'],
  ['0.0.0.0', 'the unspecified address, which is this machine'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'a private network'],
  ['172.31.255.254', 'a private network'],
  ['192.168.1.1', 'a private network'],
  ['169.254.1.1', 'the link'],
  ['169.254.169.254', 'the metadata address of most clouds'],
  ['169.254.170.2', 'the credentials of a container'],
  ['100.64.0.1', 'the network of a carrier'],
  ['100.100.100.200', 'the metadata address of Alibaba'],
  ['192.0.0.192', 'the metadata address of Oracle'],
  ['198.18.0.1', 'benchmarks'],
  ['203.0.113.1', 'documentation'],
  ['224.0.0.1', 'a multicast group'],
  ['240.0.0.1', 'a reserved block'],
  ['255.255.255.255', 'everybody on the link'],
])('%s, %s, is not called', (address) => {
  test.each(spellingsOf(address))('%s: %s', async (_how, host) => {
    await expectRefused(`http://${host}:${port}/`);
  });
});

// A public address is refused only where the way to it is not public.
test.each(
  spellingsOf('8.8.8.8').filter(([how]) => /compatible|translated|6to4|Teredo|local NAT64/.test(how)),
)('a public address is not called %s: %s', async (_how, host) => expectRefused(`http://${host}:${port}/`));

test.each([
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::0.0.0.1]',
  '[::ffff:0:0]',
  '[fc00::1]',
  '[fd00::1]',
  '[fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[ff0e::1]',
  '[fd00:ec2::254]',
  '[FD00:EC2::254]',
  '[fd00:ec2:0:0:0:0:0:254]',
  '[fd20:ce::254]',
  '[fd00:42::42]',
  '[100::1]',
  '[2001:db8::1]',
  '[2001:2::1]',
  '[2001:10::1]',
  '[3fff::1]',
  '[3ffe::1]',
  '[4000::1]',
  '[2002::]',
])('the address %s is not called', async (host) => expectRefused(`http://${host}:${port}/`));

test.each([
  'localhost',
  'LOCALHOST',
  'localhost.',
  'foo.localhost',
  'localhost.localdomain',
  'ip6-localhost',
  '127.0.0.1.nip.io',
  'ⓛocalhost',
  'ｌｏｃａｌｈｏｓｔ',
  'localho%73t',
  'metadata',
  'metadata.google.internal',
  'metadata.google.internal.',
  'METADATA.google.internal',
  'instance-data',
  'kubernetes.default.svc',
  'host.docker.internal',
  'gateway.docker.internal',
  'models.example',
  'xn--nxasmq6b.example',
])('the name %s, which resolves to this machine, is not called', async (name) => {
  await expectRefused(`http://${name}:${port}/`);
});

test.each([
  '',
  ' ',
  'nonsense',
  '//127.0.0.1/',
  '/v1',
  'http:127.0.0.1',
  'http:/127.0.0.1',
  'http:///127.0.0.1',
  'http://',
  'http:\\\\127.0.0.1\\',
  'http://127.0.0.1\\@8.8.8.8/',
  'http://8.8.8.8\\@127.0.0.1/',
  'http://user@127.0.0.1/',
  'http://user:password@127.0.0.1/',
  'http://:@127.0.0.1/',
  'http://8.8.8.8@127.0.0.1/',
  'http://8.8.8.8:80@127.0.0.1/',
  'http://8.8.8.8%40127.0.0.1@127.0.0.1/',
  'http://127.0.0.1#@8.8.8.8/',
  'http://127.0.0.1/#',
  'http://127.0.0.1:65536/',
  'http://127.0.0.1:-1/',
  'http://127.0.0.1:80:80/',
  'http://127.0.0.1:eighty/',
  'http://127.0.0.1 /',
  'http://127.0.0.1\t/',
  'http://127.0.0.1\r\n/',
  'ht\ntp://127.0.0.1/',
  'http://127.0.0.1\u0000/',
  'http://127.0.0.1\u200b/',
  'http://127.\u00ad0.\u00ad0.\u00ad1/',
  'http://127.0.0.1%00/',
  'http://127.0.0.1%2f/',
  'http://127.0.0.1%0d%0a/',
  'http://[::1/',
  'http://::1/',
  'http://[::1]]/',
  'http://[::1%25lo]/',
  'http://[fe80::1%25eth0]/',
  'http://[fe80::1%eth0]/',
  'http://[127.0.0.1]/',
  'http://[::ffff:127.0.0.1.]/',
  'http://1.2.3.4.5/',
  'http://256.0.0.1/',
  'http://0x100000000/',
  'http://127.0.0.08/',
  'ftp://127.0.0.1/',
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'dict://127.0.0.1/',
  'ldap://127.0.0.1/',
  'jar:http://127.0.0.1/',
  'ws://127.0.0.1/',
  'wss://127.0.0.1/',
  'unix:/var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
  'javascript:alert(1)',
  'data:text/plain,hello',
  'blob:http://127.0.0.1/a',
  'view-source:http://127.0.0.1/',
  `http://127.0.0.1/${'a'.repeat(3_000)}`,
])('%j is no address of an upstream, and nothing is called', async (url) => {
  const outbound = closers.outbound({ resolve: async () => LOOPBACK });
  expect(await outcomes(outbound, url)).toEqual(['invalid_url', 'invalid_url']);
  expect([attempts, arrivals]).toEqual([[], 0]);
});

describe('a port of our own is not called although loopback is allowed', () => {
  const hosts: (readonly [how: string, host: string])[] = [
    ...spellingsOf('127.0.0.1').filter(
      ([how]) => !/6to4|Teredo|NAT64|compatible|translated|ISATAP/.test(how),
    ),
    ['IPv6', '[::1]'],
    ['by name', 'localhost'],
  ];
  test.each(hosts)('%s: %s', async (_how, host) => {
    await expectRefused(`http://${host}:${port}/`, { ...LOOPBACK_POLICY, ownPorts: () => new Set([port]) });
  });

  test('as the default port of its scheme', async () => {
    await expectRefused('http://127.0.0.1/', { ...LOOPBACK_POLICY, ownPorts: () => new Set([80]) });
    await expectRefused('https://127.0.0.1/', { ...LOOPBACK_POLICY, ownPorts: () => new Set([443]) });
  });
});

describe('an exception opens what it names', () => {
  test.each([
    ['127.0.0.1:PORT', '127.0.0.1'],
    ['127.0.0.1:*', '127.0.0.1'],
    ['127.0.0.0/8:PORT', '127.0.0.1'],
    ['127.0.0.1:PORT', '2130706433'],
    ['127.0.0.1:PORT', '0x7f.1'],
    ['127.0.0.1:PORT', '[::ffff:127.0.0.1]'],
    ['[::ffff:127.0.0.1]:PORT', '127.0.0.1'],
    ['127.0.0.1:PORT', 'models.example'],
    ['models.example:PORT', 'models.example'],
    ['models.example:PORT', 'MODELS.example.'],
    ['models.example:*', 'models.example'],
    ['localhost:PORT', 'localhost'],
  ])('%s: http://%s is called', async (entry, host) => {
    const policy = { ...CLOSED, allow: parseAllowList(entry.replace('PORT', String(port))) };
    const outbound = closers.outbound({ policy, resolve: async () => LOOPBACK });
    expect(await outcomes(outbound, `http://${host}:${port}/`)).toEqual(['reached', 'reached']);
    expect(
      new Set(attempts.map((address) => address.replace('::ffff:', '').replace('7f00:1', '127.0.0.1'))),
    ).toEqual(new Set(['127.0.0.1']));
    // The second call found the connection of the first.
    expect(arrivals).toBe(1);
  });

  test.each([
    ['127.0.0.1:1', '127.0.0.1'],
    ['127.0.0.2:PORT', '127.0.0.1'],
    ['127.0.0.1:PORT', '127.0.0.2'],
    ['[::1]:PORT', '127.0.0.1'],
    ['models.example:PORT', 'other.example'],
    ['models.example:PORT', 'sub.models.example'],
    ['models.example:PORT', '127.0.0.1'],
    ['example:PORT', 'models.example'],
    ['0.0.0.0:PORT', '0.0.0.0'],
    ['0.0.0.0/0:PORT', '0'],
    ['[::]:PORT', '[::]'],
    ['169.254.169.254:PORT', '169.254.169.254'],
    ['169.254.0.0/16:*', '169.254.169.254'],
    ['100.64.0.0/10:*', '100.100.100.200'],
    ['10.0.0.0/8:*', '[2002:a00:1::1]'],
  ])('%s does not open http://%s', async (entry, host) => {
    await expectRefused(`http://${host}:${port}/`, {
      ...CLOSED,
      allow: parseAllowList(entry.replace('PORT', String(port))),
    });
  });
});

describe('a name that changes its address', () => {
  test('from an allowed to a forbidden one is not called again', async () => {
    const answers = ['127.0.0.1', '127.0.0.2', '169.254.169.254'];
    let asked = 0;
    const outbound = closers.outbound({
      policy: { ...CLOSED, allow: parseAllowList(`127.0.0.1:${port}`) },
      resolve: async () => [{ address: answers[asked++] ?? '10.0.0.1', family: 4 }],
    });
    const url = `http://rebinding.example:${port}/`;
    expect((await runExchange(outbound, url)).body).toBe('reached');
    // Each change of the rules gives up the connections that were made.
    outbound.setPolicy({ ...outbound.policy });
    expect(await outcomes(outbound, url)).toEqual(['address_forbidden', 'address_forbidden']);
    expect(asked).toBe(3);
    expect([attempts, arrivals]).toEqual([['127.0.0.1'], 1]);
  });

  test('between the check and the connection cannot: it is asked once, and what was checked is called', async () => {
    let asked = 0;
    const outbound = closers.outbound({
      policy: { ...CLOSED, allow: parseAllowList(`127.0.0.1:${port}`) },
      resolve: async () => {
        asked += 1;
        return asked === 1 ? LOOPBACK : [{ address: '127.0.0.2', family: 4 }];
      },
    });
    expect((await runExchange(outbound, `http://rebinding.example:${port}/`)).body).toBe('reached');
    expect([asked, attempts]).toEqual([1, ['127.0.0.1']]);
  });

  test.each([
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
    [['2606:4700::1111', '::1']],
    [['8.8.8.8', '1.1.1.1', '169.254.169.254']],
    [['8.8.8.8', '::ffff:10.0.0.1']],
    [['8.8.8.8', 'nonsense']],
  ])('and has public and other addresses at once is not called: %j', async (addresses) => {
    const outbound = closers.outbound({
      policy: CLOSED,
      resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    });
    const refused = ['address_forbidden', 'address_forbidden'];
    expect(await outcomes(outbound, `http://models.example:${port}/`)).toEqual(refused);
    expect([attempts, arrivals]).toEqual([[], 0]);
  });

  test('is judged by the address that it is connected to, before a byte is sent', async () => {
    let received = 0;
    const url = await closers.serveRaw((socket) =>
      socket.on('data', (bytes: Buffer) => (received += bytes.length)),
    );
    const own = Number(new URL(url).port);
    let judgements = 0;
    // The rules change while the connection is being made.
    const ownPorts = (): Set<number> => new Set((judgements += 1) % 2 === 0 ? [own] : []);
    const outbound = closers.outbound({ policy: { ...LOOPBACK_POLICY, ownPorts } });
    expect(await outcomes(outbound, url)).toEqual(['address_forbidden', 'address_forbidden']);
    expect([attempts.length, received]).toEqual([2, 0]);
  });
});

describe('an answer that would be larger than it came is refused', () => {
  const bomb = Buffer.alloc(20_000_000);
  test.each([
    ['gzip', gzipSync(bomb)],
    ['GZIP', gzipSync(bomb)],
    ['x-gzip', gzipSync(bomb)],
    ['deflate', deflateSync(bomb)],
    ['br', brotliCompressSync(bomb)],
    ['zstd', Buffer.from('28b52ffd', 'hex')],
    ['identity, gzip', gzipSync(bomb)],
    ['gzip, gzip', gzipSync(gzipSync(bomb))],
  ])('content-encoding: %s', async (encoding, body) => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`,
        );
        socket.end(body);
      });
    });
    const url = `http://${await closers.listen(server)}/`;
    expect(await outcomes(closers.outbound(), url)).toEqual(['bad_response', 'bad_response']);
  });
});
