import type { auth as English } from '../en/auth.ts';

export const auth = {
  title: '登录',
} satisfies typeof English;
