import { describe, expect, test } from 'vitest';
import { runSteps } from './run-steps.mjs';
import type { Step } from './test-steps.mjs';

const passed = { counts: { passed: 1, failed: 0, skipped: 0 }, output: '' };

function step(name: string, rest: Partial<Step> = {}): Step {
  return { name, about: '', cores: 1, run: () => Promise.resolve(passed), ...rest };
}

describe('running the steps of npm test', () => {
  test('never more steps at once than the cores allow', async () => {
    let busy = 0;
    let most = 0;
    const working = (cores: 1 | 2) => async () => {
      busy += cores;
      most = Math.max(most, busy);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy -= cores;
      return passed;
    };
    const sizes: (1 | 2)[] = [1, 2, 1, 1, 2, 1];
    const steps = sizes.map((cores, index) => step(`s${index}`, { cores, run: working(cores) }));
    const results = await runSteps(steps, () => {});
    expect(results.map((result) => result.step.name)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
    expect(most).toBe(2);
  });

  test('a step starts only after the one that it needs', async () => {
    const order: string[] = [];
    const noted = (name: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(name);
      return passed;
    };
    await runSteps(
      [step('e2e', { needs: 'build', run: noted('e2e') }), step('build', { run: noted('build') })],
      () => {},
    );
    expect(order).toEqual(['build', 'e2e']);
  });

  test('a step whose need failed counts as failed and is not run', async () => {
    const failing = step('build', {
      run: () => Promise.resolve({ counts: { passed: 0, failed: 1, skipped: 0 }, output: 'boom' }),
    });
    const printed: string[] = [];
    const results = await runSteps([failing, step('e2e', { needs: 'build' })], (text) => printed.push(text));
    expect(results.map((result) => result.counts.failed)).toEqual([1, 1]);
    expect(printed.join('\n')).toMatch(/boom[^]*e2e was not run, because build failed/);
  });

  test('a step that only comes after another runs even if that failed', async () => {
    const failing = step('build', {
      run: () => Promise.resolve({ counts: { passed: 0, failed: 1, skipped: 0 }, output: '' }),
    });
    const results = await runSteps([failing, step('types:web', { after: 'build' })], () => {});
    expect(results.map((result) => result.counts.failed)).toEqual([1, 0]);
  });

  test('a step can be selected without the one that it needs', async () => {
    const results = await runSteps([step('e2e', { needs: 'build' })], () => {});
    expect(results[0]?.counts).toEqual(passed.counts);
  });

  test('a step that throws counts as failed and shows why', async () => {
    const printed: string[] = [];
    const broken = step('lint', { run: () => Promise.reject(new Error('no such tool')) });
    const results = await runSteps([broken], (text) => printed.push(text));
    expect(results[0]?.counts.failed).toBe(1);
    expect(printed.join('\n')).toContain('no such tool');
  });
});
