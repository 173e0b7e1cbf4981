import { CAPABILITIES, type Capability, type ModelType } from '@aigc/shared/schemas/models';

const IMPLIED: Record<ModelType, readonly Capability[]> = {
  language: ['chat'],
  vision: ['chat', 'vision'],
  embedding: ['embedding'],
};

/** What the type says anyway and what was stated beyond it, each once, in a fixed order. */
export function capabilitiesOf(type: ModelType, stated: readonly Capability[] = []): Capability[] {
  return CAPABILITIES.filter(
    (capability) => IMPLIED[type].includes(capability) || stated.includes(capability),
  );
}

/** Whether a model can answer calls without `model` in this role: chat, and for `vision` images too. */
export function fitsRole(
  model: { type: ModelType; capabilities: readonly Capability[] },
  role: 'language' | 'vision',
): boolean {
  const can = capabilitiesOf(model.type, model.capabilities);
  return can.includes('chat') && (role === 'language' || can.includes('vision'));
}
