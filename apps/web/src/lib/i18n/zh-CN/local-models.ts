import type { localModels as English } from '../en/local-models.ts';

export const localModels = {
  title: '本地模型',
} satisfies typeof English;
