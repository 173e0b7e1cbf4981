import type { ProviderDefinition } from '@aigc/providers/definition';
import { CredentialError } from '@aigc/providers/mapping-errors';
import { providerDefinitions } from '@aigc/providers/registry';
import { AppError } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';
import { fieldReason } from '@aigc/shared/field-reasons';
import { describeReason, type Reason } from '@aigc/shared/reasons';
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
  throw refusal('no_such_dialect', { name: id.slice(0, 50) }, { param: 'dialect' });
}

/**
 * The settings to keep of what was entered, checked by the dialect's own description.
 * @throws AppError `invalid_field` on `settings.<name>`
 */
export function requireSettings(definition: ProviderDefinition, entered: SettingValues): SettingValues {
  const { values, reasons: formReasons } = checkSettings(definition.form?.settings ?? [], entered);
  const isWellFormed = Object.keys(formReasons).length === 0;
  const said = isWellFormed ? (definition.checkSettings?.(values) ?? {}) : formReasons;
  const reasons = Object.entries(said).map(([name, fault]): [string, Reason] => [
    name,
    // A plug-in may only know its own words.
    typeof fault === 'string' ? fieldReason('setting_said', { en: fault, zh: '' }) : fault,
  ]);
  const [first] = reasons;
  if (first === undefined) return values;
  const [name, reason] = first;
  const beside = <T>(write: (fault: Reason) => T) =>
    Object.fromEntries(reasons.map(([setting, fault]) => [`settings.${setting}`, write(fault)]));
  throw refusal(
    'setting_refused',
    { name, why: describeReason(reason) },
    {
      param: `settings.${name}`,
      fieldErrors: beside(describeReason),
      fieldReasons: beside((fault) => fault),
    },
  );
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
    const options = { param: 'api_key', cause };
    throw cause.reason === undefined
      ? refusal('secret_refused', { why: cause.message }, options)
      : new AppError('invalid_field', cause.message, { ...options, reason: cause.reason });
  }
}
