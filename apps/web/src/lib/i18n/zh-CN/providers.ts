import type { providers as English } from '../en/providers.ts';

export const providers = {
  title: '供应商与模型',
} satisfies typeof English;
