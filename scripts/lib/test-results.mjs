/**
 * What a step of `npm test` found. A static check counts one; a test run counts its tests.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** @param {boolean} ok @returns {Counts} */
export function countCheck(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/**
 * A run that ended badly without a failed test (a file that does not load, an error outside of any test, a crash
 * before the report was written) counts as one failure more, so that it can never look green.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
function withCrash(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * @param {unknown} report vitest's JSON report; undefined when there is none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    testResults = [],
  } = /** @type {{ [name: string]: number | undefined } & { testResults?: { status: string, assertionResults: unknown[] }[] }} */ (
    report ?? {}
  );
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return withCrash(
    {
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles.length,
      skipped: numPendingTests + numTodoTests,
    },
    exitCode,
  );
}

/**
 * @param {unknown} report Playwright's JSON report; undefined when there is none
 * @param {number} exitCode
 * @returns {Counts} a test that passed only when repeated is flaky and counts as failed
 */
export function countPlaywright(report, exitCode) {
  const { stats = {} } = /** @type {{ stats?: { [name: string]: number | undefined } }} */ (report ?? {});
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats;
  return withCrash({ passed: expected, failed: unexpected + flaky, skipped }, exitCode);
}

/** @param {Counts[]} counts @returns {Counts} */
export function sumCounts(counts) {
  return counts.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The last line of `npm test`. @param {Counts} total */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
