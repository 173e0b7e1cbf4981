import type { logs as English } from '../en/logs.ts';

export const logs = {
  title: '调用日志',
} satisfies typeof English;
