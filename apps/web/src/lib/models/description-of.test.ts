import { DEMO_DESCRIPTION } from '@aigc/shared/demo-description';
import { describe, expect, it } from 'vitest';
import { dictionary as en } from '#lib/i18n/en/dictionary.ts';
import { dictionary as zh } from '#lib/i18n/zh-CN/dictionary.ts';
import { descriptionOf } from './description-of.ts';

describe('descriptionOf', () => {
  it('says what the built-in models are in the language of the panel', () => {
    const demo = { is_demo: true, description: DEMO_DESCRIPTION };
    expect(descriptionOf(demo, en)).toBe(DEMO_DESCRIPTION);
    expect(descriptionOf(demo, zh)).toBe(zh.plaza.demoDescription);
  });

  it("leaves an administrator's own words alone", () => {
    expect(descriptionOf({ is_demo: true, description: 'For trying out' }, zh)).toBe('For trying out');
    expect(descriptionOf({ is_demo: false, description: DEMO_DESCRIPTION }, zh)).toBe(DEMO_DESCRIPTION);
  });
});
