import { AppError } from '@aigc/shared/errors';
import type { ProviderDefinition } from './definition.ts';
import { demo } from './demo.ts';
import { anthropic } from './dialects/anthropic/anthropic.ts';
import { azure } from './dialects/azure/azure.ts';
import { customFunction } from './dialects/custom-function/custom-function.ts';
import { gemini } from './dialects/gemini/gemini.ts';
import { vertex } from './dialects/vertex/vertex.ts';
import { openAiCompatible } from './openai-compatible.ts';

const BUILT_IN: ReadonlyMap<string, ProviderDefinition> = new Map(
  [openAiCompatible, gemini, vertex, azure, customFunction, anthropic, demo].map((definition) => [
    definition.id,
    definition,
  ]),
);

/** Dialects of plug-ins, which this process has loaded at its start. */
const plugged = new Map<string, ProviderDefinition>();

export function isBuiltIn(dialect: string): boolean {
  return BUILT_IN.has(dialect);
}

/** Adds the dialect of a plug-in, or replaces it. Built-in ones cannot be replaced. */
export function registerDefinition(definition: ProviderDefinition): void {
  if (isBuiltIn(definition.id)) throw new Error(`${definition.id} is a built-in dialect`);
  plugged.set(definition.id, definition);
}

/** Every dialect that this process can speak. */
export function providerDefinitions(): ProviderDefinition[] {
  return [...BUILT_IN.values(), ...plugged.values()];
}

/**
 * The definition of a dialect. @throws AppError `plugin_failed` when the database names one that neither this version
 * nor a loaded plug-in has
 */
export function providerDefinition(dialect: string): ProviderDefinition {
  const definition = BUILT_IN.get(dialect) ?? plugged.get(dialect);
  if (definition === undefined) {
    throw new AppError(
      'plugin_failed',
      `The provider of this model needs the plug-in "${dialect}", which is not loaded; tell an administrator.`,
    );
  }
  return definition;
}
