import type { ProviderDefinition } from '@aigc/providers/definition';
import { CredentialError } from '@aigc/providers/mapping-errors';
import { providerDefinitions } from '@aigc/providers/registry';
import { AppError } from '@aigc/shared/errors';
import { checkSettings, type SettingValues } from '@aigc/shared/provider-form';
import { keyHint, readKey } from '../upstreams/upstream-key.ts';

/** What administrators can connect: every dialect but those that answer by themselves. */
export function connectableDefinitions(): ProviderDefinition[] {
  return providerDefinitions().filter((definition) => definition.answer === undefined);
}

/** A dialect that administrators may choose. @throws AppError `invalid_field` on `dialect` */
export function requireDialect(id: string): ProviderDefinition {
  const definition = connectableDefinitions().find((candidate) => candidate.id === id);
  if (definition !== undefined) return definition;
  throw new AppError('invalid_field', `There is no dialect "${id.slice(0, 50)}".`, { param: 'dialect' });
}

/**
 * The settings to keep of what was entered, checked by the dialect's own description.
 * @throws AppError `invalid_field` on `settings.<name>`
 */
export function requireSettings(definition: ProviderDefinition, entered: SettingValues): SettingValues {
  const { values, errors: formErrors } = checkSettings(definition.form?.settings ?? [], entered);
  const isWellFormed = Object.keys(formErrors).length === 0;
  const errors = isWellFormed ? (definition.checkSettings?.(values) ?? {}) : formErrors;
  const [first] = Object.entries(errors);
  if (first === undefined) return values;
  const [name, message] = first;
  throw new AppError('invalid_field', `settings.${name}: ${message}`, {
    param: `settings.${name}`,
    fieldErrors: Object.fromEntries(
      Object.entries(errors).map(([setting, fault]) => [`settings.${setting}`, fault]),
    ),
  });
}

/** What is kept of an entered secret; null: none. */
export interface ReadSecret {
  secret: string | null;
  hint: string | null;
}

/** Reads what was pasted as the secret of a dialect. @throws AppError `invalid_field` on `api_key` */
export function readSecret(definition: ProviderDefinition, input: string): ReadSecret {
  if (input.trim() === '') return { secret: null, hint: null };
  if (definition.readSecret === undefined) {
    const secret = readKey(input);
    return { secret, hint: keyHint(secret) };
  }
  try {
    return definition.readSecret(input);
  } catch (cause) {
    if (!(cause instanceof CredentialError)) throw cause;
    throw new AppError('invalid_field', cause.message, { param: 'api_key', cause });
  }
}
