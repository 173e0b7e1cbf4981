import type { settings as English } from '../en/settings.ts';

export const settings = {
  title: '设置',
} satisfies typeof English;
