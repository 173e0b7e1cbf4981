import { describe, expect, it } from 'vitest';
import { dictionary as english } from './en/dictionary.ts';
import { dictionary as chinese } from './zh-CN/dictionary.ts';

type Entry = string | ((...values: never[]) => string);

/** Every text by its path, e.g. `keys.title`. */
function entries(node: object, path: readonly string[] = []): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const [name, value] of Object.entries(node)) {
    const place = [...path, name];
    if (typeof value === 'string' || typeof value === 'function') found.set(place.join('.'), value as Entry);
    else for (const [key, entry] of entries(value as object, place)) found.set(key, entry);
  }
  return found;
}

const en = entries(english);
const zh = entries(chinese);

/** Product names, units, terms that Chinese developers use as they are, and examples that look like code. */
const sameInBoth =
  /^[\s\d\p{P}\p{S}]*$|^(AIGC Space|API|curl|JSON|Markdown|Node|Playground|Python|Token|Tokens|URL|ID)$|^[a-z0-9.:/_-]+$/u;

describe('the dictionaries of both languages', () => {
  it('have the same keys', () => {
    expect([...zh.keys()].toSorted()).toEqual([...en.keys()].toSorted());
  });

  it('take the same parameters', () => {
    const different = [...en].filter(([key, entry]) => typeof entry !== typeof zh.get(key));
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('leave no text empty or with space around it', () => {
    const faulty = [...en, ...zh].filter(([, entry]) => typeof entry === 'string' && entry !== entry.trim());
    const empty = [...en, ...zh].filter(([, entry]) => entry === '');
    expect([...faulty, ...empty].map(([key]) => key)).toEqual([]);
  });

  it('translate every text', () => {
    const untranslated = [...zh].filter(
      ([key, entry]) =>
        typeof entry === 'string' &&
        !/\p{Script=Han}/u.test(entry) &&
        !sameInBoth.test(entry) &&
        /\p{Ll}{3}/u.test(entry) &&
        entry === en.get(key),
    );
    expect(untranslated.map(([key]) => key)).toEqual([]);
  });

  it('hold no Chinese in English texts', () => {
    const mixed = [...en].filter(([, entry]) => typeof entry === 'string' && /\p{Script=Han}/u.test(entry));
    expect(mixed.map(([key]) => key)).toEqual([]);
  });

  it('punctuate Chinese with full-width marks', () => {
    const halfWidth = [...zh].filter(([, entry]) =>
      /\p{Script=Han}[,;:?!]|[,;?!]\p{Script=Han}/u.test(String(entry)),
    );
    expect(halfWidth.map(([key]) => key)).toEqual([]);
  });
});
