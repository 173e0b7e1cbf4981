import type { errors as English } from '../en/errors.ts';

export const errors = {
  title: '错误',
} satisfies typeof English;
