import { isPriced } from '@aigc/shared/price-kinds';
import type { AdminModel } from '@aigc/shared/schemas/models';
import type { Provider } from '@aigc/shared/schemas/providers';
import { chats } from '#lib/models/model-state.ts';

export const modelStates = ['callable', 'unpriced', 'off', 'disabled'] as const;
export type ModelState = (typeof modelStates)[number];

export function isUnpriced(model: AdminModel): boolean {
  return !isPriced(model.type, model);
}

/** Whether a model can be called, or the first reason why not, in the gateway's order of checks. */
export function stateOf(model: AdminModel, provider: Pick<Provider, 'status'> | undefined): ModelState {
  if (provider?.status === 'disabled') return 'disabled';
  if (!model.is_api_enabled) return 'off';
  return isUnpriced(model) ? 'unpriced' : 'callable';
}

/** Which of some models all of them at once can be switched: what has no price could not be called anyway. */
export function switchable(models: readonly AdminModel[]): { on: AdminModel[]; off: AdminModel[] } {
  return {
    on: models.filter((model) => !model.is_api_enabled && !isUnpriced(model)),
    off: models.filter((model) => model.is_api_enabled),
  };
}

export interface ModelFilter {
  text: string;
  /** An id, or empty for any. */
  provider: string;
  state: string;
}

/** The models that the filters let through. */
export function filterModels(
  models: readonly AdminModel[],
  providers: readonly Provider[],
  filter: ModelFilter,
): AdminModel[] {
  const text = filter.text.trim().toLowerCase();
  return models.filter((model) => {
    if (filter.provider && String(model.provider_id) !== filter.provider) return false;
    if (text && !`${model.title}\n${model.upstream_model ?? ''}`.toLowerCase().includes(text)) return false;
    if (!filter.state) return true;
    // Which models lack a price is asked also of those that are not enabled yet.
    if (filter.state === 'unpriced') return isUnpriced(model);
    return (
      stateOf(
        model,
        providers.find((provider) => provider.id === model.provider_id),
      ) === filter.state
    );
  });
}

/** Whether a model can answer calls that name none: chat, and for `vision` see images too. */
export function fitsRole(
  model: Pick<AdminModel, 'type' | 'capabilities'>,
  role: 'language' | 'vision',
): boolean {
  if (!chats(model)) return false;
  return role === 'language' || model.type === 'vision' || model.capabilities.includes('vision');
}
