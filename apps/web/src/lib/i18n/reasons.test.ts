import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { FIELD_REASONS } from '@aigc/shared/field-reasons';
import { REFUSALS } from '@aigc/shared/refusals';
import type { Reason, ReasonCode } from '@aigc/shared/reasons';
import { describe, expect, it } from 'vitest';
import { reasons as english } from './en/reasons.ts';
import { reasons as chinese } from './zh-CN/reasons.ts';

const root = join(import.meta.dirname, '../../../../..');
const codes = [...Object.keys(FIELD_REASONS), ...Object.keys(REFUSALS)] as ReasonCode[];
/** Every parameter that any text takes. */
const params = new Proxy<Record<string, string>>({}, { get: () => 'Q' });
const missing = 'missing';

async function sourcesOf(pattern: string): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for await (const file of glob(pattern, { cwd: root })) {
    if (!file.endsWith('.test.ts')) files.push([file, readFileSync(join(root, file), 'utf8')]);
  }
  return files;
}

describe('every reason to refuse something', () => {
  it.each(codes)('%s has a sentence in English and in Chinese', (code) => {
    const reason: Reason = { code, params };
    expect(english.write(reason, missing)).toMatch(/^[\p{Lu}"{Q].*[.!?]$/u);
    // A dialect says its own words in both languages.
    if (code === 'setting_said') return;
    const text = chinese.write(reason, missing);
    expect(text).toMatch(/\p{Script=Han}/u);
    // Terms may stand as they are; four Latin words in a row are a sentence nobody translated.
    expect(text).not.toMatch(
      /\p{Script=Latin}{2,} \p{Script=Latin}{2,} \p{Script=Latin}{2,} \p{Script=Latin}{2,}/u,
    );
  });

  it('is shown in Chinese even when a newer server names one that this panel does not know', () => {
    const unknown = { code: 'of_tomorrow' as ReasonCode, params: {} };
    expect(chinese.write(unknown, 'An English sentence.')).toMatch(/^\p{Script=Han}/u);
  });

  it('is in the table: what the domain and the procedures throw is not worded where it is thrown', async () => {
    // Told to programs that call models, or carrying a reason that was made elsewhere.
    const elsewhere = [
      'packages/core/src/calls/',
      'packages/core/src/snapshot/',
      'packages/core/src/providers/dialect-form.ts',
      'apps/api/src/trpc/refuse-unstorable.ts',
      'apps/api/src/trpc/routers/admin-settings.ts',
    ];
    const sources = [
      ...(await sourcesOf('packages/core/src/**/*.ts')),
      ...(await sourcesOf('apps/api/src/{trpc,model-test,conformance,connection-test}/**/*.ts')),
    ];
    const worded = sources.filter(
      ([file, text]) => text.includes('new AppError(') && !elsewhere.some((place) => file.startsWith(place)),
    );
    expect(worded.map(([file]) => file)).toEqual([]);
  });

  it('is in the table: every message that a schema writes', async () => {
    const known = new Set(
      Object.values(FIELD_REASONS).flatMap((text) => (text.length === 0 ? [(text as () => string)()] : [])),
    );
    const unknown = (await sourcesOf('packages/shared/src/{schemas/*,provider-form}.ts'))
      .flatMap(([file, text]) =>
        [...text.matchAll(/'((?:must|is) [^']+)'/g)].map((match) => [file, match[1]]),
      )
      .filter(
        ([, message = '']) => !known.has(message) && !/^must have at least \d+ characters$/.test(message),
      );
    expect(unknown).toEqual([]);
  });
});
