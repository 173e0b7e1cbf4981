import { describe, expect, it } from 'vitest';
import { matchLocale, negotiateLocale } from './locale.ts';

describe('negotiateLocale', () => {
  it('takes the visitor’s choice before the account’s, the browser’s and the installation’s', () => {
    const sources = { cookie: 'en', account: 'zh-CN', acceptLanguage: 'zh-CN', fallback: 'zh-CN' };
    expect(negotiateLocale(sources)).toBe('en');
    expect(negotiateLocale({ ...sources, cookie: undefined })).toBe('zh-CN');
  });

  it('reads what a browser prefers by weight, not by place', () => {
    expect(negotiateLocale({ acceptLanguage: 'en;q=0.5, zh-Hans-CN;q=0.9' })).toBe('zh-CN');
    expect(negotiateLocale({ acceptLanguage: 'fr, de;q=0.8, en-GB;q=0.1' })).toBe('en');
    expect(negotiateLocale({ acceptLanguage: 'zh;q=0, en;q=0.1' })).toBe('en');
  });

  it('falls back to the installation’s language, then to English', () => {
    expect(negotiateLocale({ acceptLanguage: 'fr', fallback: 'zh-CN' })).toBe('zh-CN');
    expect(negotiateLocale({ acceptLanguage: ';;q=x,,' })).toBe('en');
  });
});

describe('matchLocale', () => {
  it('knows every form of the two languages and nothing else', () => {
    expect(['zh', 'zh-TW', 'ZH-Hans', 'en-US', 'fr', '', null].map(matchLocale)).toEqual([
      'zh-CN',
      'zh-CN',
      'zh-CN',
      'en',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
