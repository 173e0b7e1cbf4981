import type { playground as English } from '../en/playground.ts';

export const playground = {
  title: '对话测试',
} satisfies typeof English;
