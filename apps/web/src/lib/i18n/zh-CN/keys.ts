import type { keys as English } from '../en/keys.ts';

export const keys = {
  title: 'API 密钥',
} satisfies typeof English;
