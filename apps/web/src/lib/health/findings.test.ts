import { FINDINGS } from '@aigc/shared/findings/findings';
import { expect, it } from 'vitest';
import { Formats } from '#lib/i18n/formats.ts';
import { findings as zh } from './findings.zh-CN.ts';

it('says how much of a disk is free in the units of the figures beside it', () => {
  const found = { freeBytes: 56_200_000_000, path: '/data' };
  const figure = new Formats('en', 'CNY', 'UTC').bytes(found.freeBytes);
  expect(FINDINGS['disk.ok'].message(found)).toContain(figure);
  expect(zh['disk.ok'].message(found)).toContain(figure);
});
