import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import type { Product } from './product.ts';
import { ready } from './test.ts';

const run = promisify(execFile);

export const founder = { name: 'Ada', email: 'ada@example.com', password: 'a long enough password' };

export async function openSetup(page: Page, product: Product): Promise<void> {
  await page.goto(`${product.origin}/setup?token=${product.setupToken}`);
  await ready(page);
}

/** Fills the first step and sends it. */
export async function createAdministrator(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(founder.name);
  await page.getByLabel('E-mail').fill(founder.email);
  await page.getByLabel('Password', { exact: true }).fill(founder.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByRole('heading', { name: 'Make your first call' }).waitFor();
}

/** Runs what the page shows under "curl", as someone would who pasted it into a terminal. */
export async function runShownCurl(page: Page): Promise<{ choices: { message: { content: string } }[] }> {
  const command = await page.getByRole('tabpanel', { name: 'curl' }).innerText();
  const { stdout } = await run('sh', ['-c', command], { timeout: 30_000 });
  return JSON.parse(stdout);
}
