import type { modelTest as English } from '../en/model-test.ts';

export const modelTest = {
  title: '模型测试',
} satisfies typeof English;
