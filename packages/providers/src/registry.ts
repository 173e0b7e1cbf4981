import type { ProviderDefinition } from './definition.ts';
import { demo } from './demo.ts';
import { anthropic } from './dialects/anthropic/anthropic.ts';
import { gemini } from './dialects/gemini/gemini.ts';
import { vertex } from './dialects/vertex/vertex.ts';
import { openAiCompatible } from './openai-compatible.ts';

const DEFINITIONS: ReadonlyMap<string, ProviderDefinition> = new Map(
  [openAiCompatible, gemini, vertex, anthropic, demo].map((definition) => [definition.id, definition]),
);

/** Every dialect that this process can speak. */
export function providerDefinitions(): ProviderDefinition[] {
  return [...DEFINITIONS.values()];
}

/** The definition of a dialect. Throws when the database names one that this version does not have. */
export function providerDefinition(dialect: string): ProviderDefinition {
  const definition = DEFINITIONS.get(dialect);
  if (definition === undefined) throw new Error(`unknown provider dialect: ${dialect}`);
  return definition;
}
