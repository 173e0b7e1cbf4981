import { firstChatModel } from '#lib/models/model-state.ts';
import type { Api } from '#lib/trpc.ts';

/** A model that the viewer can call, for examples that work as pasted; undefined: there is none, or it cannot be told. */
export async function exampleModel(api: Api): Promise<string | undefined> {
  const plaza = await api.models.list.query().catch(() => null);
  return plaza ? firstChatModel(plaza.items)?.title : undefined;
}
