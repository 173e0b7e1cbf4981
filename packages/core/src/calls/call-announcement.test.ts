import { expect, test } from 'vitest';
import { announce, readAnnouncements } from './call-announcement.ts';

const call = (id: number, modelName = 'some-model') => ({
  id: String(id),
  request_id: `req_${id}`,
  api_key_id: 7,
  model_name: modelName,
  status: 'success' as const,
  user_id: 'usr_1',
  organisation_id: 'org_1',
});

const BEGAN_AT = '2026-11-21T10:00:00.000Z';

test('calls that fit into a notification are named', () => {
  const calls = [call(1), call(2)];
  expect(readAnnouncements(announce(calls, { id: '1', beganAt: BEGAN_AT }))).toEqual({ calls });
});

test.each([
  ['many calls', Array.from({ length: 2000 }, (_, index) => call(index + 5))],
  ['long names of many bytes', Array.from({ length: 20 }, (_, index) => call(index + 5, '模'.repeat(255)))],
])('%s are announced by where they begin, within what PostgreSQL takes', (_name, calls) => {
  const payload = announce(calls, { id: '5', beganAt: BEGAN_AT });
  expect(Buffer.byteLength(payload)).toBeLessThan(8000);
  expect(readAnnouncements(payload)).toEqual({ from_id: '5', from: BEGAN_AT });
});

test.each(['', 'null', '{}', '{"calls":[{"id":1}]}', '{"from_id":"x"}'])(
  '%j is of another form',
  (payload) => {
    expect(readAnnouncements(payload)).toBeNull();
  },
);

test('calls of a process that does not say when the first of them began are announced, too', () => {
  expect(readAnnouncements('{"from_id":"5"}')).toEqual({ from_id: '5' });
});
