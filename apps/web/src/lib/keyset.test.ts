import { describe, expect, it } from 'vitest';
import { currentCursor, newerHref, olderHref } from './keyset.ts';

const at = (href: string) => new URL(href, 'http://127.0.0.1');

describe('keyset paging in the URL', () => {
  it('walks to older pages and back over the same ones, keeping the filters', () => {
    const first = at('/logs?status=failed');
    const second = at(olderHref(first, 'c2'));
    const third = at(olderHref(second, 'c3'));
    expect([first, second, third].map(currentCursor)).toEqual([undefined, 'c2', 'c3']);
    expect(newerHref(third)).toBe(second.pathname + second.search);
    expect(newerHref(second)).toBe(first.pathname + first.search);
    expect(newerHref(first)).toBeUndefined();
    expect(third.searchParams.get('status')).toBe('failed');
  });

  it('leads to the first page from a link that holds only a cursor', () => {
    expect(newerHref(at('/logs?cursor=c9'))).toBe('/logs');
  });

  it('keeps the address short however far one goes back', () => {
    let url = at('/logs');
    for (let page = 0; page < 300; page += 1) url = at(olderHref(url, `${page}-`.padEnd(60, 'x')));
    expect(url.href.length).toBeLessThan(2_500);
  });
});
