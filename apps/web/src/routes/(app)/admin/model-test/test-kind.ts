import type { AdminModel } from '@aigc/shared/schemas/models';
import { chats, seesImages } from '#lib/models/model-state.ts';

/** What a model is asked to do. */
export const testKinds = ['language', 'vision', 'embedding'] as const;
export type TestKind = (typeof testKinds)[number];

/** The kind that an address names; the first when it names none. */
export function readKind(text: string | null): TestKind {
  return testKinds.find((kind) => kind === text) ?? 'language';
}

/** Whether a model can be asked to do that. What sees images can be asked without one too. */
export function fitsKind(model: Pick<AdminModel, 'type' | 'capabilities'>, kind: TestKind): boolean {
  if (kind === 'embedding') return model.type === 'embedding';
  return chats(model) && (kind === 'language' || seesImages(model));
}
