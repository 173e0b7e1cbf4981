import { expect, test } from 'vitest';
import { PluginShapeError, readPlugin } from './read-plugin.ts';

const chat = { request: () => ({}), answer: () => ({}), openStream: () => ({}) };
const plugin = { apiVersion: 1, id: 'acme', label: 'Acme', chat };
const field = { kind: 'text', name: 'region', label: { en: 'Region' } };

test('a plug-in of the right shape is taken as it is', () => {
  expect(readPlugin(plugin)).toBe(plugin);
  expect(readPlugin({ ...plugin, form: { settings: [field] }, version: '1.2.3' }).version).toBe('1.2.3');
});

test.each([
  [undefined, 'no default export'],
  [{ ...plugin, apiVersion: 2 }, 'apiVersion must be 1'],
  [{ ...plugin, id: 'Acme!' }, 'id must be'],
  [{ ...plugin, label: '' }, 'label must be'],
  [{ ...plugin, chat: { ...chat, answer: 'x' } }, 'chat.answer must be a function'],
  [{ ...plugin, readUsage: 1 }, 'readUsage must be a function'],
  [{ ...plugin, serves: () => true }, 'buildRequest is needed'],
  [{ apiVersion: 1, id: 'acme', label: 'Acme' }, 'can carry nothing'],
  [{ ...plugin, usageInStreamOnRequest: 'yes' }, 'usageInStreamOnRequest'],
  [{ ...plugin, form: { settings: [{ ...field, kind: 'colour' }] } }, 'form.settings.0'],
  [{ ...plugin, form: { settings: [field, field] } }, 'twice'],
  [
    { ...plugin, form: { settings: [{ ...field, pattern: { source: '(', message: { en: 'x' } } }] } },
    'pattern',
  ],
])('a fault of its shape is named: %#', (exported, words) => {
  expect(() => readPlugin(exported)).toThrow(PluginShapeError);
  expect(() => readPlugin(exported)).toThrow(words);
});
