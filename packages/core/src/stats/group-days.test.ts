import { describe, expect, it } from 'vitest';
import { sumByDay, sumByDayAndModel, sumByModel } from './group-days.ts';
import type { DaySums } from './read-days.ts';

const DAYS = ['2026-11-20', '2026-11-21'];
const row = (day: number, model: string, cost: string, isLocal = false): DaySums => ({
  day,
  model,
  isLocal,
  calls: 1,
  failed: 0,
  input_tokens: 10,
  output_tokens: 5,
  cost,
});

describe('sumByDay', () => {
  it('has an entry for every day, with zeros where nothing was called', () => {
    expect(sumByDay(DAYS, [row(1, 'a', '0.1'), row(1, 'b', '0.2')])).toEqual([
      { day: '2026-11-20', calls: 0, failed: 0, input_tokens: 0, output_tokens: 0, cost: '0' },
      { day: '2026-11-21', calls: 2, failed: 0, input_tokens: 20, output_tokens: 10, cost: '0.3' },
    ]);
  });
});

describe('sumByModel', () => {
  it('puts the dearest first and keeps local apart from cloud', () => {
    const models = sumByModel([row(0, 'a', '0'), row(0, 'a', '0', true), row(1, 'b', '2')]);
    expect(models.map((entry) => [entry.model, entry.is_local])).toEqual([
      ['b', false],
      ['a', false],
      ['a', true],
    ]);
  });
});

describe('models that cost the same and were called as often', () => {
  const names = ['c', 'a', 'g', 'e', 'b', 'f', 'd'];
  const alike = names.flatMap((name) => [row(0, name, '1'), row(1, name, '1', true)]);

  it('keep their order, in whichever order the database gives its rows', () => {
    const orders = [alike, alike.toReversed(), alike.toSorted((a, b) => a.model.localeCompare(b.model))];
    const lists = orders.map((rows) => sumByModel(rows).map((entry) => `${entry.model} ${entry.is_local}`));
    expect(lists[0]?.slice(0, 3)).toEqual(['a false', 'a true', 'b false']);
    expect(lists[1]).toEqual(lists[0]);
    expect(lists[2]).toEqual(lists[0]);
  });

  it('are the same ones in charts', () => {
    const series = sumByDayAndModel(DAYS, alike);
    expect(series.slice(0, 6).map((entry) => entry.model)).toEqual(['a', 'b', 'c', 'd', 'e', null]);
    expect(sumByDayAndModel(DAYS, alike.toReversed())).toEqual(series);
  });
});

describe('sumByDayAndModel', () => {
  it('gives five models a series of their own and adds up the others', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const entries = sumByDayAndModel(
      DAYS,
      names.map((name, index) => row(0, name, String(10 - index))),
    );
    expect(entries).toHaveLength(12);
    expect(entries.slice(0, 6).map((entry) => entry.model)).toEqual(['a', 'b', 'c', 'd', 'e', null]);
    expect(entries[5]).toEqual({ day: '2026-11-20', model: null, calls: 2, tokens: 30, cost: '9' });
    expect(entries[11]).toEqual({ day: '2026-11-21', model: null, calls: 0, tokens: 0, cost: '0' });
  });

  it('has no series of others when there are none', () => {
    expect(sumByDayAndModel(DAYS, [row(0, 'a', '1')]).map((entry) => entry.model)).toEqual(['a', 'a']);
  });
});
