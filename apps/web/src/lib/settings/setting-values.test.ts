import type { SettingField } from '@aigc/shared/provider-form';
import { expect, it } from 'vitest';
import { settingFaults, settingsInput, textIn, typedSettings } from './setting-values.ts';

const label = { en: 'Name', 'zh-CN': '名称' };
const fields: SettingField[] = [
  {
    kind: 'text',
    name: 'location',
    label,
    default: 'global',
    pattern: { source: '[a-z-]+', message: { en: 'Lower case.', 'zh-CN': '小写。' } },
  },
  { kind: 'text', name: 'project', label, required: true },
  { kind: 'number', name: 'limit', label },
  { kind: 'switch', name: 'fast', label, default: true },
];
const words = { locale: 'zh-CN', missing: 'missing', notNumber: 'no number' } as const;

it('begins with what is saved, and the usual values for the rest', () => {
  expect(typedSettings(fields, { limit: 5, fast: false })).toEqual({
    location: 'global',
    project: '',
    limit: '5',
    fast: false,
  });
});

it('sends numbers as numbers and leaves empty fields out', () => {
  const typed = { location: 'eu', project: '', limit: '2.5', fast: true };
  expect(settingsInput(fields, typed)).toEqual({ location: 'eu', limit: 2.5, fast: true });
});

it('names each fault as the API would, in the viewer’s language', () => {
  const typed = { location: 'EU', project: ' ', limit: 'many', fast: true };
  expect(settingFaults(fields, typed, words)).toEqual({
    'settings.location': '小写。',
    'settings.project': 'missing',
    'settings.limit': 'no number',
  });
  expect(settingFaults(fields, { ...typed, location: 'eu', project: 'p', limit: '1' }, words)).toEqual({});
});

it('falls back to English where a plug-in has no Chinese', () => {
  expect(textIn('zh-CN', { en: 'Only English' })).toBe('Only English');
});
