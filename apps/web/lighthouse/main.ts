// `npm run lighthouse`: sign-in, plaza and overview of a product with data, on a desktop and on a phone, three runs
// each. Prints the medians, writes their reports, and ends with 1 when a bar is missed.
//   npm run lighthouse -- plaza      only pages whose name holds "plaza"
//   npm run lighthouse -- --runs 1   less patience
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { categories, devices, medianRun, scoresOf, shortfalls, type Device } from './bars.ts';
import { installLighthouse, type LighthouseResult } from './install.ts';
import { openBrowser } from './open-browser.ts';
import { startFilledProduct } from '../tour/start-filled-product.ts';

const reports = fileURLToPath(new URL('../lighthouse-reports/', import.meta.url));
const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aigc-space');

const pages = [
  { name: 'sign-in', path: '/sign-in', signedIn: false },
  { name: 'plaza', path: '/models', signedIn: true },
  { name: 'overview', path: '/', signedIn: true },
];

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const chosen = pages.filter(({ name }) => positionals.every((word) => name.includes(word)));

/** Audits that cost points, and those of performance that say where the time went. */
function findings({ lhr }: LighthouseResult): string[] {
  return Object.entries(lhr.audits)
    .filter(
      ([, { score, scoreDisplayMode }]) =>
        score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
    )
    .map(([id, { displayValue }]) => (displayValue ? `${id} (${displayValue})` : id));
}

const lighthouse = await installLighthouse(cacheDir);
const product = await startFilledProduct();
const cookie = product.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
const missed: string[] = [];
try {
  await mkdir(reports, { recursive: true });
  console.log(['page'.padEnd(18), ...categories.map((category) => category.padStart(15))].join(''));
  for (const page of chosen) for (const device of devices) await look(page, device);
} finally {
  await product.stop();
}
for (const line of missed) console.log(`below the bar: ${line}`);
console.log(`Reports: ${reports}`);
process.exitCode = missed.length > 0 ? 1 : 0;

async function look(page: (typeof pages)[number], device: Device): Promise<void> {
  const runs = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const result = await runOnce(page, device);
    runs.push({ result, scores: scoresOf(result) });
  }
  const { result, scores } = medianRun(runs);
  const name = `${page.name}-${device}`;
  const [html = ''] = result.report;
  await writeFile(join(reports, `${name}.html`), html);
  await writeFile(join(reports, `${name}.json`), JSON.stringify(result.lhr));
  const spread = runs.map((run) => run.scores.performance).join(', ');
  console.log(
    [name.padEnd(18), ...categories.map((category) => String(scores[category]).padStart(15))].join('') +
      `   performance of each run: ${spread}`,
  );
  const short = shortfalls(scores, device);
  if (short.length === 0) return;
  missed.push(`${name}: ${short.join(', ')}`);
  for (const finding of findings(result)) console.log(`    ${finding}`);
}

async function runOnce(page: (typeof pages)[number], device: Device): Promise<LighthouseResult> {
  const browser = await openBrowser();
  try {
    return await lighthouse.run(
      product.origin + page.path,
      {
        port: browser.port,
        output: ['html'],
        logLevel: 'error',
        onlyCategories: categories,
        ...(page.signedIn && { extraHeaders: { Cookie: cookie } }),
      },
      device === 'desktop' ? lighthouse.desktopConfig : { extends: 'lighthouse:default' },
    );
  } finally {
    await browser.close();
  }
}
