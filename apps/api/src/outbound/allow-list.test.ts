import { describe, expect, test } from 'vitest';
import { AllowEntryError, AllowList, exactEntryFor, parseAllowEntry, parseAllowList } from './allow-list.ts';

function covers(list: string, address: string, port: number, hostname = address): boolean {
  return parseAllowList(list).find({ hostname, address, port }) !== null;
}

describe('a list covers what it names and nothing else', () => {
  test.each([
    ['127.0.0.1:11434', '127.0.0.1', 11434, true],
    ['127.0.0.1:11434', '127.0.0.1', 11435, false],
    ['127.0.0.1:11434', '127.0.0.2', 11434, false],
    ['127.0.0.1:11434', '::ffff:127.0.0.1', 11434, true],
    ['127.0.0.1:11434', '::1', 11434, false],
    ['[::1]:8000', '::1', 8000, true],
    ['[::1]:8000', '0:0:0:0:0:0:0:1', 8000, true],
    ['[::ffff:10.0.0.1]:80', '10.0.0.1', 80, true],
    ['10.1.0.0/16:*', '10.1.255.255', 1, true],
    ['10.1.0.0/16:*', '10.2.0.0', 1, false],
    ['0.0.0.0/0:80', '10.2.0.0', 80, true],
    ['0.0.0.0/0:80', 'fd00::1', 80, false],
    ['[fd00::]/8:*', 'fdab::1', 443, true],
    ['[fd00::/8]:*', 'fdab::1', 443, true],
    ['[fd00::]/8:*', 'fc00::1', 443, false],
    ['[fe80::1]:80', 'fe80::1%eth0', 80, true],
    ['[::ffff:10.0.0.0]/104:80', '10.9.9.9', 80, true],
    ['', '127.0.0.1', 80, false],
    ['10.0.0.1:80,', '10.0.0.1', 80, true],
    [' 10.0.0.1:80 , 10.0.0.2:80\n10.0.0.3:80', '10.0.0.3', 80, true],
    ['127.0.0.0/8:*', 'not an address', 80, false],
  ])('%j for %s port %i: %s', (list, address, port, expected) => {
    expect(covers(list, address, port)).toBe(expected);
  });

  test('a name covers whatever it resolves to, on its port, and no name below it', () => {
    const list = 'host.docker.internal:11434';
    expect(covers(list, '172.17.0.1', 11434, 'host.docker.internal')).toBe(true);
    expect(covers(list, '172.17.0.1', 11434, 'HOST.docker.internal.')).toBe(true);
    expect(covers(list, '172.17.0.1', 80, 'host.docker.internal')).toBe(false);
    expect(covers(list, '172.17.0.1', 11434, 'evil.host.docker.internal')).toBe(false);
    expect(covers(list, '172.17.0.1', 11434)).toBe(false);
  });

  test('an entry that names the port is found before one for any port', () => {
    const list = parseAllowList('127.0.0.0/8:*,127.0.0.1:8000');
    expect(list.find({ hostname: '127.0.0.1', address: '127.0.0.1', port: 8000 })?.text).toBe(
      '127.0.0.1:8000',
    );
  });

  test('two lists together cover what either does', () => {
    const both = parseAllowList('10.0.0.1:80').with(parseAllowList('10.0.0.2:80'));
    expect(both.entries.map((entry) => entry.text)).toEqual(['10.0.0.1:80', '10.0.0.2:80']);
    expect(AllowList.empty.entries).toEqual([]);
  });
});

describe('a bad entry is refused by name, with the reason', () => {
  test.each([
    ['127.0.0.1', 'no port'],
    ['ollama', 'no port'],
    ['[::1]', 'no port'],
    [':80', 'no host'],
    ['127.0.0.1:', 'the port'],
    ['127.0.0.1:0', 'the port'],
    ['127.0.0.1:65536', 'the port'],
    ['127.0.0.1:80a', 'the port'],
    ['127.0.0.1:-1', 'the port'],
    ['::1:8000', 'brackets'],
    ['[127.0.0.1]:80', 'brackets'],
    ['10.1.2.3/16:*', 'starts at 10.1.0.0'],
    ['[fd12::1]/8:*', 'starts at fd00::'],
    ['10.0.0.0/33:*', 'not a block'],
    ['10.0.0.0/:*', 'not a block'],
    ['10.0.0.0/8/8:*', 'not a block'],
    ['[fd00::]/129:*', 'starts at|not a block'],
    ['127.1:80', 'neither'],
    ['0x7f000001:80', 'neither'],
    ['256.1.1.1:80', 'neither'],
    ['2130706433:80', 'neither'],
    ['http://host:80', 'neither'],
    ['user@host:80', 'neither'],
    ['*.internal:80', 'neither'],
    ['a..b:80', 'neither'],
    ['-a:80', 'neither'],
    ['[zz]:80', 'neither'],
  ])('%j', (entry, reason) => {
    const parse = (): AllowList => parseAllowList(`10.0.0.1:80,${entry}`);
    expect(parse).toThrow(AllowEntryError);
    expect(parse).toThrow(`"${entry}"`);
    expect(parse).toThrow(new RegExp(reason));
  });
});

test('the entry that is shown for a refused address allows exactly that address and port', () => {
  for (const [address, port, entry] of [
    ['192.168.1.5', 11434, '192.168.1.5:11434'],
    ['::1', 8000, '[::1]:8000'],
    ['fd00:0:0::5', 80, '[fd00::5]:80'],
    ['::ffff:10.0.0.1', 80, '10.0.0.1:80'],
  ] as const) {
    expect(exactEntryFor(address, port)).toBe(entry);
    expect(covers(entry, address, port)).toBe(true);
    expect(parseAllowEntry(entry).port).toBe(port);
  }
  expect(exactEntryFor('nonsense', 80)).toBeNull();
});
