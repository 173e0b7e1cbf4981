import type { common as English } from '../en/common.ts';

export const common = {
  title: '大模型统一管理平台',
} satisfies typeof English;
