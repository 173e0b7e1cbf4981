import { describe, expect, test } from 'vitest';
import { describeParameters } from './parameter-honesty.ts';

describe('the header x-aigc-params', () => {
  test('is left out when there is nothing to tell', () => {
    expect(describeParameters({ mapped: [], dropped: [] })).toBeNull();
  });

  test('names what was mapped and what was dropped', () => {
    expect(describeParameters({ mapped: ['stop', 'tools'], dropped: ['seed'] })).toBe(
      'mapped=stop, tools; dropped=seed',
    );
    expect(describeParameters({ mapped: [], dropped: ['image_url.detail'] })).toBe(
      'dropped=image_url.detail',
    );
  });

  test('holds visible ASCII only and stays short, whatever the names are', () => {
    const dropped = [
      'a\r\nx-injected: 1',
      '参数',
      '\ud800',
      ...Array.from({ length: 100 }, (_, i) => `p${i}`),
    ];
    const text = describeParameters({ mapped: ['x'.repeat(10_000)], dropped }) ?? '';
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain('+63');
  });
});
