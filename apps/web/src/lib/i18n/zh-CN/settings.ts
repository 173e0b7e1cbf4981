import type { settings as English } from '../en/settings.ts';

export const settings = {
  title: '设置',
  platformTitle: '平台设置',
} satisfies typeof English;
