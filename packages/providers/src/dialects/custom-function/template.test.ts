import { expect, test } from 'vitest';
import { enteredSettingErrors, settingErrors, shareableSettings } from './function-settings.ts';
import { parseJsonPath, valueAt } from './json-path.ts';
import { fillTemplate, fillText, parseTemplate, TemplateError } from './template.ts';

const known = new Set(['prompt', 'messages', 'max_tokens', 'model']);
const fill = (text: string, values: Record<string, unknown>) =>
  fillTemplate(parseTemplate(text, known), values);

test('a placeholder becomes the value with its own type, in quotes or without', () => {
  const values = { prompt: 'Hi', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 };
  const text = '{"a": "{{prompt}}", "b": {{messages}}, "c": {"d": ["{{ max_tokens }}"]}, "e": 1}';
  expect(fill(text, values)).toEqual({ a: 'Hi', b: values.messages, c: { d: [5] }, e: 1 });
});

test('a member whose placeholder has no value is left out', () => {
  expect(fill('{"a": "{{prompt}}", "b": ["{{max_tokens}}"]}', { prompt: 'x' })).toEqual({ a: 'x', b: [] });
});

test.each(['", "admin": true, "x": "', '{{model}}', '\\', '\u0000', '\ud800', '}}{{', '"}'])(
  'no value can become syntax: %j',
  (value) => {
    const filled = fill('{"prompt": "{{prompt}}", "text": "Say: {{prompt}}!"}', {
      prompt: value,
      model: 'm',
    });
    expect(filled).toEqual({ prompt: value, text: `Say: ${value}!` });
    expect(JSON.parse(JSON.stringify(filled))).toEqual(filled);
  },
);

test('inside a text, what is no text is written as JSON', () => {
  expect(fillText('{{a}} {{b}} {{c}}', { a: [1], b: 2 })).toBe('[1] 2 ');
});

test.each([
  ['{"a": }', /not JSON/],
  ['["{{prompt}}"]', /must be a JSON object/],
  ['{"a": "{{secret}}"}', /\{\{secret\}\} is not known/],
])('a faulty template is refused with the reason: %s', (text, reason) => {
  expect(() => parseTemplate(text, known)).toThrow(TemplateError);
  expect(() => parseTemplate(text, known)).toThrow(reason);
});

test.each([
  ['output', ['output']],
  ['$.output.text', ['output', 'text']],
  ['choices[0].text', ['choices', '0', 'text']],
  ['a["b.c"][2]', ['a', 'b.c', '2']],
  ['/choices/0/a~1b~0c', ['choices', '0', 'a/b~c']],
  ['$', []],
])('%s is the path %j', (text, path) => expect(parseJsonPath(text)).toEqual(path));

test.each(['', 'a..b', 'a[', 'a[x]', '.'])('%j is no path', (text) => expect(parseJsonPath(text)).toBeNull());

test('a path finds only what the answer itself holds', () => {
  const answer = { a: [{ b: 0 }] };
  expect(valueAt(answer, ['a', '0', 'b'])).toBe(0);
  expect(valueAt(answer, ['a', '1', 'b'])).toBeUndefined();
  expect(valueAt(answer, ['constructor', 'name'])).toBeUndefined();
  expect(valueAt(answer, ['a', 'length'])).toBe(1);
});

test('settings are refused by the name of the one at fault', () => {
  const good = { body: '{"p": "{{prompt}}"}', answer_path: 'output', headers: 'X-Api-Key: {{secret}}\n' };
  expect(settingErrors(good)).toEqual({});
  expect(settingErrors({ ...good, body: '{' })).toHaveProperty('body.code', 'template_not_json');
  expect(settingErrors({ ...good, answer_path: 'a[' })).toHaveProperty('answer_path');
  expect(settingErrors({ ...good, headers: 'no colon' })).toHaveProperty('headers');
  expect(settingErrors({ ...good, headers: 'Host: other.example' })).toEqual({
    headers: { code: 'header_reserved', params: { name: 'host' } },
  });
  expect(settingErrors({ ...good, headers: 'X-A: {{prompt}}' })).toHaveProperty('headers');
});

test.each([
  ['X-Api-Key: sk-canary', 'x-api-key'],
  ['Authorization: Basic dXNlcjpwYXNz', 'authorization'],
  ['Cookie: session=1', 'cookie'],
  ['X-Tenant: Bearer abc', 'x-tenant'],
  ['X-Tenant: sk-live_0123456789ab', 'x-tenant'],
])('a header that holds a credential is not kept, and a file does not hold it: %s', (headers, name) => {
  const settings = { body: '{"p": "{{prompt}}"}', answer_path: 'output', headers: `X-Plain: a\n${headers}` };
  expect(enteredSettingErrors(settings)).toEqual({
    headers: { code: 'header_holds_secret', params: { name } },
  });
  // What was kept before goes on being called.
  expect(settingErrors(settings)).toEqual({});
  const shared = shareableSettings(settings);
  expect(shared.headers).toBe(`X-Plain: a\n${headers.split(': ')[0]}: ***`);
  expect(enteredSettingErrors(shared)).toHaveProperty('headers');
});

test('headers that name their secret, or hold none, are kept and shared as they are', () => {
  const headers =
    'X-Api-Key: {{secret}}\nIdempotency-Key: fixed\nX-Region: eu-west-1\nAuthorization: Key {{secret}}';
  const settings = { body: '{"p": "{{prompt}}"}', answer_path: 'output', headers };
  expect(enteredSettingErrors(settings)).toEqual({});
  expect(shareableSettings(settings)).toEqual(settings);
});
