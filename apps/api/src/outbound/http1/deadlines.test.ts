import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines, type Timed } from './deadlines.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

class Waiting implements Timed {
  deadline = Infinity;
  totalDeadline = Infinity;
  deadlineIndex = -1;
  readonly metAt: [ms: number, isTotal: boolean][] = [];
  readonly #deadlines: Deadlines<Waiting>;

  constructor(deadlines: Deadlines<Waiting>) {
    this.#deadlines = deadlines;
    deadlines.add(this);
  }

  onDeadline(isTotal: boolean): void {
    this.metAt.push([performance.now(), isTotal]);
    this.#deadlines.remove(this);
  }
}

test('a deadline is met once, never early and at most two ticks late', () => {
  const deadlines = new Deadlines<Waiting>(() => false);
  // Keeps the clock running.
  const other = new Waiting(deadlines);
  for (const offsetMs of [0, 1, 50, 99, 100, 101]) {
    vi.advanceTimersByTime(offsetMs);
    const startedAt = performance.now();
    const waiting = new Waiting(deadlines);
    waiting.deadline = deadlines.after(250);
    vi.advanceTimersByTime(1_000);
    expect(waiting.metAt).toHaveLength(1);
    const [metAt, isTotal] = waiting.metAt[0] ?? [0, true];
    expect(isTotal).toBe(false);
    expect(metAt - startedAt).toBeGreaterThanOrEqual(250);
    expect(metAt - startedAt).toBeLessThanOrEqual(450);
  }
  expect(other.metAt).toEqual([]);
});

test('of two deadlines that are due, the total one is told', () => {
  const deadlines = new Deadlines<Waiting>(() => false);
  const waiting = new Waiting(deadlines);
  waiting.deadline = deadlines.after(50);
  waiting.totalDeadline = deadlines.after(50);
  vi.advanceTimersByTime(500);
  expect(waiting.metAt).toMatchObject([[expect.any(Number), true]]);
});

test('all that are due are told, also when one removes others or adds new ones', () => {
  const deadlines = new Deadlines<Waiting>(() => false);
  const all = Array.from({ length: 20 }, () => new Waiting(deadlines));
  for (const waiting of all) waiting.deadline = deadlines.after(10);
  const [first, second] = all;
  const told: Waiting[] = [];
  vi.spyOn(all[10] ?? new Waiting(deadlines), 'onDeadline').mockImplementation(() => {
    if (all[10] !== undefined) deadlines.remove(all[10]);
    if (first !== undefined) deadlines.remove(first);
    told.push(new Waiting(deadlines));
  });
  vi.advanceTimersByTime(500);
  expect(first?.metAt).toEqual([]);
  expect(second?.metAt).toHaveLength(1);
  expect(all.filter(({ metAt }) => metAt.length === 1)).toHaveLength(18);
  expect(deadlines.list()).toEqual(told);
});

test('a process that stood still for an hour has waited for a second', () => {
  const deadlines = new Deadlines<Waiting>(() => false);
  const waiting = new Waiting(deadlines);
  waiting.deadline = deadlines.after(60_000);
  vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 3_600_000);
  vi.advanceTimersByTime(1_000);
  expect(waiting.metAt).toEqual([]);
});

test('the timer ends when nothing runs and nobody has reason for it', () => {
  let reasons = 3;
  const deadlines = new Deadlines<Waiting>(() => (reasons -= 1) > 0);
  const waiting = new Waiting(deadlines);
  expect(vi.getTimerCount()).toBe(1);
  deadlines.remove(waiting);
  vi.advanceTimersByTime(200);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(200);
  expect(vi.getTimerCount()).toBe(0);
  deadlines.add(waiting);
  expect(vi.getTimerCount()).toBe(1);
});
