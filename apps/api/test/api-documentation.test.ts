import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}${path}`, { headers });
const page = async (headers: Record<string, string> = {}) =>
  (await get('/api/documentation', headers)).text();

test('the page loads nothing from elsewhere, and its policy allows nothing from elsewhere', async () => {
  const answer = await get('/api/documentation');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  expect(answer.headers.get('x-frame-options')).toBe('DENY');
  const html = await answer.text();
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|<style/);
});

test('every file that the page names is there, with its type, and copies are asked about by their tag', async () => {
  const files = [...(await page()).matchAll(/(?:src|href)="(\/api\/documentation\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  );
  expect(files.length).toBe(4);
  for (const path of files) {
    const answer = await get(path);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get('content-type')).toMatch(
      path.endsWith('.js') ? /^text\/javascript/ : /^text\/css/,
    );
    expect(answer.headers.get('cache-control')).toContain('max-age');
    expect((await answer.text()).length).toBeGreaterThan(100);
    const again = await get(path, { 'if-none-match': answer.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    const plain = await get(path, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
  }
});

test.each(['package.json', '../package.json', '..%2fpackage.json', 'constructor', 'index.html'])(
  'there is no file %s',
  async (name) => {
    const answer = await get(`/api/documentation/${name}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  },
);

test('the title is in the viewer’s language: their choice, else their account’s, else their browser’s', async () => {
  const english = /<html lang="en"[^>]*>[^]*<title>API documentation · AIGC Space<\/title>/;
  const chinese = /<html lang="zh-CN"[^>]*>[^]*<title>API 文档 · AIGC Space<\/title>/;
  expect(await page()).toMatch(english);
  expect(await page({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })).toMatch(chinese);
  expect(await page({ 'accept-language': 'fr,en;q=0.8,zh;q=0.5' })).toMatch(english);
  const user = await server.createUser();
  await user.client.account.update.mutate({ locale: 'zh-CN' });
  expect(await page({ cookie: user.cookie, 'accept-language': 'en' })).toMatch(chinese);
  expect(await page({ cookie: `${user.cookie}; locale=en`, 'accept-language': 'zh' })).toMatch(english);
});

test('the theme is the panel’s', async () => {
  expect(await page()).toContain('data-theme="system"');
  expect(await page({ cookie: 'theme=dark' })).toContain('data-theme="dark"');
  expect(await page({ cookie: 'theme="><script>' })).toContain('data-theme="system"');
});

test('the platform’s name is text and never markup', async () => {
  await server.admin.client.adminSettings.update.mutate({ platform_name: '<script>alert("1")</script>' });
  const html = await page();
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(html).not.toContain('<script>alert');
});

test('nothing but GET and HEAD is answered', async () => {
  const answer = await fetch(`${server.origin}/api/documentation`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(405);
});
