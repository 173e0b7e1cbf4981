import type { stats as English } from '../en/stats.ts';

export const stats = {
  title: '统计',
} satisfies typeof English;
