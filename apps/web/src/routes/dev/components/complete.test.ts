import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const components = join(import.meta.dirname, '../../../lib/components');

/** They are seen through what fetches or wraps them; the toaster stands in the root layout. */
const inside =
  /-window\.svelte$|^(lazy|expose|toaster|filter-select|more-filters|form-buttons|scrim)\.svelte$/;

test('every component stands on the page of components', () => {
  const page = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.svelte'))
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const missing = readdirSync(components).filter(
    (file) => file.endsWith('.svelte') && !inside.test(file) && !page.includes(`#lib/components/${file}'`),
  );
  expect(missing).toEqual([]);
});
