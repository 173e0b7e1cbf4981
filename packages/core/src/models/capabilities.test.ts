import { expect, it } from 'vitest';
import { capabilitiesOf, fitsRole, statedCapabilities } from './capabilities.ts';

it('adds what the type says anyway', () => {
  expect(capabilitiesOf('vision', ['tools'])).toEqual(['chat', 'vision', 'tools']);
});

it('leaves a model for vectors nothing but vectors', () => {
  expect(capabilitiesOf('embedding', ['chat', 'vision'])).toEqual(['embedding']);
});

it('keeps what was stated, and not what the old type said, when the type changes', () => {
  const stated = statedCapabilities('vision', ['chat', 'vision', 'tools']);
  expect(capabilitiesOf('language', stated)).toEqual(['chat', 'tools']);
});

it('lets a language model that accepts images answer for vision, and a model for vectors answer nothing', () => {
  expect(fitsRole({ type: 'language', capabilities: ['vision'] }, 'vision')).toBe(true);
  expect(fitsRole({ type: 'language', capabilities: [] }, 'vision')).toBe(false);
  expect(fitsRole({ type: 'embedding', capabilities: ['chat', 'vision'] }, 'language')).toBe(false);
});
