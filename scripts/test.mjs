// `npm test`: every check and every test. `npm test -- unit e2e` runs only the steps named, `npm test -- types`
// also those below it (`types:web`). The last line on stdout is always `N passed, N failed`.
import { bootstrap } from './bootstrap.mjs';
import { elapsed } from './lib/progress.mjs';
import { ReadableError, explain, runMain } from './lib/run-main.mjs';
import { runSteps } from './lib/run-steps.mjs';
import { countCheck, sumCounts, summaryLine } from './lib/test-results.mjs';
import { steps } from './lib/test-steps.mjs';

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {string[]} names */
function select(names) {
  if (names.length === 0) return steps;
  const unknown = names.filter((name) => !steps.some((step) => isNamed(step.name, name)));
  if (unknown.length > 0) {
    throw new ReadableError(
      `No step is named ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`,
    );
  }
  return steps.filter((step) => names.some((name) => isNamed(step.name, name)));
}

/** @param {string} stepName @param {string} name */
function isNamed(stepName, name) {
  return stepName === name || stepName.startsWith(`${name}:`);
}

async function testEverything() {
  const startedMs = Date.now();
  const selected = select(process.argv.slice(2));
  await bootstrap();
  const results = await runSteps(selected, print);
  print('');
  for (const { step, counts, duration } of results) {
    const cells = [step.name.padEnd(14), `${counts.passed}`.padStart(6), `${counts.failed}`.padStart(6)];
    print(`  ${cells.join('')}${duration.padStart(10)}  ${step.about}`);
  }
  print(`  ${'total'.padEnd(26)}${elapsed(startedMs).padStart(10)}\n`);
  return sumCounts(results.map((result) => result.counts));
}

await runMain(async () => {
  let total = countCheck(false);
  try {
    total = await testEverything();
  } catch (error) {
    print(`\n${explain(error)}\n`);
  }
  print(summaryLine(total));
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});
