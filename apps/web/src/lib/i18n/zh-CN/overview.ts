import type { overview as English } from '../en/overview.ts';

export const overview = {
  title: '概览',
} satisfies typeof English;
