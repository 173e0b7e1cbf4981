import type { setup as English } from '../en/setup.ts';

export const setup = {
  title: '初始化',
} satisfies typeof English;
