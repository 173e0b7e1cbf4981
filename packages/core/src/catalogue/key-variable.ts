import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import type { Actor } from '../actor.ts';
import { originOf } from '../upstreams/secret-bindings.ts';
import { KEY_VARIABLE } from './catalogue-schema.ts';

/** How variables begin whose only purpose is to hold keys for this file. */
const OWN_PREFIX = 'PROVIDER_';

interface Named {
  name: string;
  preset?: string | null | undefined;
}

/** The environment variable that a preset's key is kept in by convention; undefined: it is no preset. */
export function presetVariable(preset: string | null | undefined): string | undefined {
  return PROVIDER_PRESETS.find(({ id }) => id === preset)?.key_variable;
}

/** The name under which an exported file asks for a provider's key: the preset's, else one made of its name. */
export function keyVariableOf({ name, preset }: Named): string {
  const usual = presetVariable(preset);
  if (usual !== undefined && KEY_VARIABLE.test(usual)) return usual;
  const words = name
    .normalize('NFKD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');
  return `${OWN_PREFIX}${words === '' ? '' : `${words}_`}API_KEY`;
}

/**
 * Whether the key in a variable may go to this address. Who runs commands on the server, or wrote the file that is read
 * at its start, has the environment anyway. An administrator in the panel has not: to them a preset's variable is good
 * for that preset's own server, and others only if whoever runs the server has named them for this purpose.
 */
export function mayReadVariable(
  { kind }: Pick<Actor, 'kind'>,
  { name, baseUrl }: { name: string; baseUrl: string },
): boolean {
  if (kind === 'cli' || kind === 'system') return true;
  const presets = PROVIDER_PRESETS.filter(({ key_variable }) => key_variable === name);
  if (presets.length > 0) return presets.some((preset) => originOf(preset.base_url) === originOf(baseUrl));
  return name.startsWith(OWN_PREFIX);
}

/** What to do about a variable that may not be read. */
export function withheldReason(name: string): string {
  return `The panel may not send ${name} to this address: import on the command line, or name the variable ${OWN_PREFIX}…_API_KEY.`;
}
