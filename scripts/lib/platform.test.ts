import { expect, test } from 'vitest';
import { checkPlatform } from './platform.mjs';

const linux = { platform: 'linux', arch: 'x64', nodeVersion: '20.11.0' };

test('Node 20 on a supported machine is enough to begin', () => {
  expect(() => checkPlatform(linux)).not.toThrow();
  expect(() => checkPlatform({ platform: 'darwin', arch: 'arm64', nodeVersion: '26.10.0' })).not.toThrow();
});

test.each([
  [{ ...linux, platform: 'win32' }, /WSL/],
  [{ ...linux, nodeVersion: '18.20.4' }, /Node 20 or newer.*18\.20\.4/],
  [{ ...linux, arch: 'riscv64' }, /linux-riscv64.*linux-x64/],
])('%o is refused with what to do', (machine, message) => {
  expect(() => checkPlatform(machine)).toThrow(message);
});
