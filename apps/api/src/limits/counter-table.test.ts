import { expect, test } from 'vitest';
import { takeRequests } from './counter.ts';
import { CounterTable } from './counter-table.ts';

test('counters without a running call and with windows that are over are forgotten, the others kept', () => {
  const table = new CounterTable();
  for (let key = 0; key < 50_000; key += 1) takeRequests(table.get(`key:${key}`, 0), 1, 0);
  table.get('key:1', 0).running = 1;
  takeRequests(table.get('key:2', 60_000), 1, 60_000);
  table.forgetIdle(60_000);
  expect(table.size).toBe(2);
});
