import { expect, test, vi } from 'vitest';
import { Later } from './later.svelte.ts';

test('is fetched once, however often it is wanted', async () => {
  const importIt = vi.fn(async () => ({ default: 'component' }));
  const later = new Later(importIt);
  expect(later.component).toBeUndefined();
  await Promise.all([later.fetch(), later.fetch()]);
  expect(later.component).toBe('component');
  await later.fetch();
  expect(importIt).toHaveBeenCalledTimes(1);
});

test('tells of a failure, and tries again when it is wanted again', async () => {
  const importIt = vi
    .fn<() => Promise<{ default: string }>>()
    .mockRejectedValueOnce(new Error('offline'))
    .mockResolvedValue({ default: 'component' });
  const later = new Later(importIt);
  await expect(later.fetch()).rejects.toThrow('offline');
  await later.fetch();
  expect(later.component).toBe('component');
});
