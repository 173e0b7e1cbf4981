import type { Dictionary } from '../dictionary.ts';

export const limits = {
  title: '限额',
  rpm: '每分钟调用次数',
  tpm: '每分钟 token 数',
  concurrency: '同时调用数',
  none: '不限',
  invalid: '请输入 1 到 1,000,000,000 之间的整数，或留空。',
} satisfies Dictionary['limits'];
