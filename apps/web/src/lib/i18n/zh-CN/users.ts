import type { users as English } from '../en/users.ts';

export const users = {
  title: '用户',
} satisfies typeof English;
