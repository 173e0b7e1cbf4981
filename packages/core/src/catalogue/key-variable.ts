import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import { KEY_VARIABLE } from './catalogue-schema.ts';

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
  const variable = `${words === '' ? 'PROVIDER' : words}_API_KEY`;
  return KEY_VARIABLE.test(variable) ? variable : `PROVIDER_${variable}`;
}
