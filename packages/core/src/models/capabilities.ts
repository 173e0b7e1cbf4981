import { CAPABILITIES, type Capability, type ModelType } from '@aigc/shared/schemas/models';

const IMPLIED: Record<ModelType, readonly Capability[]> = {
  language: ['chat'],
  vision: ['chat', 'vision'],
  embedding: ['embedding'],
};

/**
 * What the type says anyway and what was stated beyond it, each once, in a fixed order. A model for vectors
 * does nothing else.
 */
export function capabilitiesOf(type: ModelType, stated: readonly Capability[] = []): Capability[] {
  if (type === 'embedding') return [...IMPLIED.embedding];
  return CAPABILITIES.filter(
    (capability) => IMPLIED[type].includes(capability) || stated.includes(capability),
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
