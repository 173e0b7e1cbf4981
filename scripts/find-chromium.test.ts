import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findChromium } from './find-chromium.mjs';

const folder = mkdtempSync(join(tmpdir(), 'find-chromium-'));
afterAll(() => rmSync(folder, { recursive: true }));

function place(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

const never = (): Promise<string> => Promise.reject(new Error('unpacked without need'));

describe('the browser for end-to-end tests', () => {
  test('CHROMIUM_PATH comes before everything else', async () => {
    place('chromium');
    const env = { CHROMIUM_PATH: '/opt/mine', PATH: folder };
    const found = await findChromium({ env, runs: () => true, unpack: never });
    expect(found.executablePath).toBe('/opt/mine');
  });

  test('a CHROMIUM_PATH that does not start is an error, not a reason to take another browser', async () => {
    const env = { CHROMIUM_PATH: '/opt/mine', PATH: folder };
    await expect(findChromium({ env, runs: () => false, unpack: never })).rejects.toThrow(
      /CHROMIUM_PATH.*does not start/,
    );
  });

  test('a browser on PATH is taken in the order chromium, chromium-browser, google-chrome', async () => {
    const first = place('chromium');
    place('google-chrome');
    const found = await findChromium({ env: { PATH: folder }, runs: () => true, unpack: never });
    expect(found.executablePath).toBe(first);
  });

  test('a stub on PATH that does not start is passed over', async () => {
    const stub = place('chromium');
    const chrome = place('google-chrome');
    const found = await findChromium({
      env: { PATH: folder },
      runs: ({ executablePath }) => executablePath !== stub,
      unpack: never,
    });
    expect(found.executablePath).toBe(chrome);
  });

  test('without one, the packaged browser is used, with its own libraries only where the machine lacks them', async () => {
    const found = await findChromium({
      env: { PATH: '' },
      runs: ({ env }) => env['LD_LIBRARY_PATH'] !== undefined,
      unpack: () => Promise.resolve('/unpacked'),
    });
    expect(found.executablePath).toBe('/unpacked/chromium');
    expect(found.env['LD_LIBRARY_PATH']).toBe('/unpacked/al2023/lib');
  });

  test('when none starts, the message says what to do', async () => {
    const found = findChromium({
      env: { PATH: '' },
      runs: () => false,
      unpack: () => Promise.resolve('/unpacked'),
    });
    await expect(found).rejects.toThrow(/Install Chromium/);
  });
});
