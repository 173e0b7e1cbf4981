import { isChatType } from '@aigc/shared/model-endpoints';
import { CAPABILITIES, type Capability, type ModelType } from '@aigc/shared/schemas/models';

const IMPLIED: Record<ModelType, readonly Capability[]> = {
  language: ['chat'],
  vision: ['chat', 'vision'],
  embedding: ['embedding'],
  image: ['image'],
  speech: ['speech'],
  transcription: ['transcription'],
  rerank: ['rerank'],
  moderation: ['moderation'],
};

/** What only a type of its own does. */
const OTHER_KINDS: readonly Capability[] = Object.entries(IMPLIED).flatMap(([type, implied]) =>
  isChatType(type as ModelType) ? [] : implied,
);

/**
 * What the type says anyway and what was stated beyond it, each once, in a fixed order. A model that does not chat
 * does nothing but what its type says.
 */
export function capabilitiesOf(type: ModelType, stated: readonly Capability[] = []): Capability[] {
  const implied = IMPLIED[type];
  if (!isChatType(type)) return [...implied];
  return CAPABILITIES.filter(
    (capability) =>
      implied.includes(capability) || (stated.includes(capability) && !OTHER_KINDS.includes(capability)),
  );
}

/** What was stated of a model beyond what its type says: what stays when its type changes. */
export function statedCapabilities(type: ModelType, capabilities: readonly Capability[]): Capability[] {
  return capabilities.filter((capability) => !IMPLIED[type].includes(capability));
}

/** Whether a model can answer calls without `model` in this role: chat, and for `vision` images too. */
export function fitsRole(
  model: { type: ModelType; capabilities: readonly Capability[] },
  role: 'language' | 'vision',
): boolean {
  const can = capabilitiesOf(model.type, model.capabilities);
  return can.includes('chat') && (role === 'language' || can.includes('vision'));
}
