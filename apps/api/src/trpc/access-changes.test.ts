import { expect, test, vi } from 'vitest';
import { AccessChanges } from './access-changes.ts';

function fixture() {
  let tell = (_userId: string): void => {};
  let lose = (): void => {};
  const access = new AccessChanges({
    subscribe(_channel, listener, onGap) {
      tell = listener;
      lose = () => onGap?.();
      return () => {};
    },
  });
  return { access, tell: (userId: string) => tell(userId), lose: () => lose() };
}

test('a change ends what its user has open, and nothing of others', () => {
  const { access, tell } = fixture();
  const [own, others, left] = [vi.fn(), vi.fn(), vi.fn()];
  access.watch('a', access.now(), own);
  access.watch('b', access.now(), others);
  access.watch('a', access.now(), left)();
  tell('a');
  expect(own).toHaveBeenCalledOnce();
  expect(others).not.toHaveBeenCalled();
  expect(left).not.toHaveBeenCalled();
});

test('a change between reading the access and watching it ends the watch at once', () => {
  const { access, tell } = fixture();
  const end = vi.fn();
  const read = access.now();
  tell('a');
  access.watch('a', read, end);
  expect(end).toHaveBeenCalledOnce();
});

test('when changes may have been missed, everything is asked for again', () => {
  const { access, lose } = fixture();
  const ends = [vi.fn(), vi.fn()];
  for (const [index, end] of ends.entries()) access.watch(`${index}`, access.now(), end);
  lose();
  for (const end of ends) expect(end).toHaveBeenCalledOnce();
});
