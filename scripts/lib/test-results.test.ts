import { describe, expect, test } from 'vitest';
import { countCheck, countPlaywright, countVitest, sumCounts, summaryLine } from './test-results.mjs';

describe('counting what npm test found', () => {
  test('vitest: every test counts, skipped and todo ones apart', () => {
    const report = {
      numPassedTests: 7,
      numFailedTests: 2,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [],
    };
    expect(countVitest(report, 1)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  test('vitest: a file that does not load is a failure although none of its tests ran', () => {
    const report = {
      numPassedTests: 7,
      numFailedTests: 0,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{}] },
      ],
    };
    expect(countVitest(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  });

  test('vitest: an error outside of the tests is a failure although every test passed', () => {
    expect(countVitest({ numPassedTests: 7, testResults: [] }, 1)).toEqual({
      passed: 7,
      failed: 1,
      skipped: 0,
    });
  });

  test('a crash before the report counts as one failure', () => {
    expect(countVitest(undefined, 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countPlaywright(undefined, 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('playwright: a flaky test is not a passed one', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } };
    expect(countPlaywright(report, 1)).toEqual({ passed: 4, failed: 2, skipped: 2 });
  });

  test('the sum adds checks and tests together', () => {
    const total = sumCounts([countCheck(true), countCheck(false), { passed: 5, failed: 0, skipped: 1 }]);
    expect(total).toEqual({ passed: 6, failed: 1, skipped: 1 });
  });

  test('the last line names skipped tests only if there are any', () => {
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});
