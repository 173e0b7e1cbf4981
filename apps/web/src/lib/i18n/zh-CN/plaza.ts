import type { plaza as English } from '../en/plaza.ts';

export const plaza = {
  title: '模型广场',
} satisfies typeof English;
