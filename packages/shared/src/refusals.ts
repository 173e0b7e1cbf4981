import { AppError, type AppErrorOptions, type ErrorCode } from './errors.ts';

const refused = <Params extends readonly unknown[]>(
  code: ErrorCode,
  text: (...params: Params) => string,
) => ({
  code,
  text,
});

interface Named {
  name: string;
}

/**
 * Everything that the domain refuses, with the code of the catalogue it travels under and its sentence in English.
 * The panel's dictionaries hold the same keys (`lib/i18n/<language>/refusals.ts`).
 */
export const REFUSALS = {
  // the platform
  currency_in_use: refused(
    'invalid_field',
    () => 'There are prices, budgets or balances in the present currency already.',
  ),
  currency_of_environment: refused(
    'invalid_field',
    () => 'CURRENCY in the environment of the server decides this.',
  ),

  // who asks
  sign_in_first: refused('unauthenticated', () => 'Sign in first.'),
  sign_in_or_key: refused(
    'unauthenticated',
    () => 'Sign in, or send a management key as "Authorization: Bearer mk-aigc-…".',
  ),
  administrators_only: refused('forbidden', () => 'Only administrators may do this.'),
  needs_browser: refused(
    'forbidden',
    () => 'This needs a signed-in browser; a management key may not do it.',
  ),
  other_site: refused('origin_not_allowed', () => 'This call was made by a page of another site.'),
  wrong_credentials: refused('invalid_credentials', () => 'The e-mail address or the password is wrong.'),
  account_deactivated: refused(
    'user_deactivated',
    () => 'This account is deactivated. Ask an administrator.',
  ),
  key_owner_deactivated: refused('user_deactivated', () => 'The owner of this key is deactivated.'),
  too_many_attempts: refused(
    'rate_limit_exceeded',
    ({ minutes }: { minutes: number }) =>
      `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
  ),
  registration_is_closed: refused(
    'registration_closed',
    () => 'Registration is closed. Ask an administrator for an account.',
  ),
  wrong_current_password: refused('invalid_field', () => 'The current password is wrong.'),
  installed_already: refused('already_set_up', () => 'This installation is already set up. Sign in instead.'),
  old_setup_link: refused(
    'setup_token_invalid',
    () => 'This set-up link is not the latest one. Open the link that the server printed at its last start.',
  ),
  first_key_known: refused('conflict', () => 'The given first key is already known to this installation.'),
  // keys
  no_such_key: refused('not_found', () => 'There is no such API key.'),
  wrong_key: refused('invalid_api_key', () => 'The API key is not valid.'),
  malformed_key: refused('invalid_api_key', () => 'The key is not well formed.'),
  disabled_key: refused('key_disabled', () => 'The API key is disabled.'),
  expired_key: refused('key_expired', () => 'The API key has expired.'),
  key_elsewhere: refused('ip_not_allowed', () => 'This API key may not be used from your address.'),
  not_a_management_key: refused(
    'key_kind_not_allowed',
    () => 'This key calls models. The panel’s data needs a management key (mk-aigc-…).',
  ),
  too_many_keys: refused(
    'conflict',
    ({ count }: { count: number }) =>
      `You have ${count} API keys, the most a user may have. Delete one first.`,
  ),
  management_key_bound: refused(
    'invalid_field',
    ({ field }: { field: string }) => `A management key calls no models, so it has no ${field}.`,
  ),
  expiry_in_past: refused(
    'invalid_field',
    () => 'expires_at must be in the future. To end a key now, disable it.',
  ),
  budget_not_positive: refused('invalid_field', () => 'budget must be greater than 0.'),
  budget_period_missing: refused(
    'missing_field',
    () => 'budget_period is required with a budget: day, week, month or total.',
  ),
  budget_missing: refused('missing_field', () => 'budget is required with a budget_period.'),
  // users and money
  no_such_user: refused('not_found', () => 'There is no such user.'),
  no_such_active_user: refused('not_found', () => 'There is no such active user.'),
  no_user_of_email: refused('not_found', ({ email }: { email: string }) => `There is no user ${email}.`),
  email_taken: refused('conflict', () => 'There is already an account with this e-mail address.'),
  last_administrator: refused(
    'conflict',
    () => 'This is the last active administrator. Make someone else one first.',
  ),
  no_such_audit_entry: refused('not_found', () => 'There is no such entry.'),
  no_such_session: refused('not_found', () => 'There is no such session.'),
  no_such_account: refused('not_found', () => 'There is no such account.'),
  balance_too_high: refused(
    'invalid_field',
    ({ limit }: { limit: string }) => `The balance must stay below ${limit}.`,
  ),
  // redeem codes
  redeem_code_mistyped: refused(
    'invalid_field',
    () => 'This is no redeem code: something in it is mistyped. A code has five groups of five characters.',
  ),
  no_such_code_to_redeem: refused('redeem_code_unknown', () => 'There is no such redeem code.'),
  redeemed_by_yourself: refused('redeem_code_used', () => 'You have redeemed this code already.'),
  redeemed_already: refused('redeem_code_used', () => 'This code has been redeemed already.'),
  code_disabled: refused('redeem_code_disabled', () => 'This code is disabled. Ask whoever gave it to you.'),
  code_expired: refused('redeem_code_expired', () => 'This code has expired.'),
  code_expiry_in_past: refused('invalid_field', () => 'The codes must expire in the future.'),
  no_such_redeem_code: refused('not_found', () => 'There is no such redeem code.'),
  no_such_redeem_batch: refused('not_found', () => 'There is no such batch of redeem codes.'),
  // lists and periods
  wrong_cursor: refused('invalid_field', () => 'The cursor must be the next_cursor of an answer.'),
  no_such_call: refused('not_found', () => 'There is no such call.'),
  period_reversed: refused('invalid_field', () => 'The period must begin before it ends.'),
  period_too_long: refused(
    'invalid_field',
    ({ days }: { days: number }) => `The period must have at most ${days} days.`,
  ),
  hourly_period_too_long: refused(
    'invalid_field',
    ({ days }: { days: number }) => `The period must have at most ${days} days when it is told by the hour.`,
  ),
  period_too_early: refused('invalid_field', () => 'The period must not begin before 1970.'),
  // addresses and keys of upstreams
  address_empty: refused('invalid_field', () => 'Enter an address.'),
  address_too_long: refused('invalid_field', () => 'The address is too long.'),
  address_forbidden_character: refused(
    'invalid_field',
    () => 'The address must not contain spaces, backslashes or invisible characters.',
  ),
  address_not_a_url: refused(
    'invalid_field',
    () => 'The address must be a URL such as http://localhost:8080/v1.',
  ),
  address_scheme: refused('invalid_field', () => 'The address must begin with http:// or https://.'),
  address_credentials: refused(
    'invalid_field',
    () => 'The address must not contain a user name or password; enter the key in its own field.',
  ),
  address_fragment: refused('invalid_field', () => 'The address must not contain #.'),
  address_private: refused(
    'address_forbidden',
    () => 'This address is private or reserved and may not be called.',
  ),
  address_private_entry: refused(
    'address_forbidden',
    ({ entry }: { entry: string }) =>
      `This address is private or reserved and may not be called. To allow it, add ${entry} to the allowed addresses.`,
  ),
  address_to_test_missing: refused('missing_field', () => 'Enter the address to test.'),
  unsendable_key: refused(
    'invalid_field',
    () => 'The key must consist of letters, digits and punctuation, without spaces.',
  ),
  key_of_other_server: refused(
    'invalid_field',
    () =>
      'The new address is another server: enter its key, or leave the field empty on purpose to send none.',
  ),
  allow_entry_wrong: refused(
    'invalid_field',
    ({ entry, problem, examples }: { entry: string; problem: string; examples: string }) =>
      `"${entry}": ${ALLOW_PROBLEMS[problem] ?? problem}; write host:port, e.g. ${examples}`,
  ),
  allow_block_start: refused(
    'invalid_field',
    ({ entry, length, start }: { entry: string; length: number; start: string }) =>
      `"${entry}": the block /${length} starts at ${start}; write that`,
  ),
  // providers
  no_such_provider: refused('not_found', () => 'There is no such provider.'),
  wrong_provider: refused('invalid_field', () => 'There is no such provider.'),
  no_such_dialect: refused('invalid_field', ({ name }: Named) => `There is no dialect "${name}".`),
  no_such_preset: refused('invalid_field', () => 'There is no such preset.'),
  preset_lacks_model: refused(
    'invalid_field',
    ({ title }: { title: string }) =>
      `The preset has no model named "${title}". Add it as a model of its own.`,
  ),
  provider_name_taken: refused(
    'conflict',
    ({ name }: Named) => `There is already a provider named "${name}".`,
  ),
  provider_needs_key: refused('missing_field', ({ name }: Named) => `${name} needs an API key.`),
  secret_missing: refused(
    'missing_field',
    ({ label }: { label: string; label_zh: string }) => `Enter: ${label}.`,
  ),
  setting_refused: refused(
    'invalid_field',
    ({ name, why }: { name: string; why: string }) => `settings.${name}: ${why}`,
  ),
  secret_refused: refused('invalid_field', ({ why }: { why: string }) => why),
  account_not_json: refused('invalid_field', () => `The service account is not JSON. ${ACCOUNT_FILE}`),
  account_wrong_type: refused(
    'invalid_field',
    ({ found }: { found: string }) =>
      `The type in the service account's JSON is ${found === '' ? 'missing' : `"${found}"`}, not "service_account". ${ACCOUNT_FILE}`,
  ),
  account_universe: refused(
    'invalid_field',
    () => "The universe_domain in the service account's JSON must be googleapis.com.",
  ),
  account_lacks: refused(
    'invalid_field',
    ({ name }: Named) => `The service account's JSON has no ${name}. ${ACCOUNT_FILE}`,
  ),
  account_key_damaged: refused(
    'invalid_field',
    () => `The private_key in the service account's JSON is damaged. ${ACCOUNT_FILE}`,
  ),
  account_key_not_rsa: refused(
    'invalid_field',
    () => `The private_key in the service account's JSON is not an RSA key. ${ACCOUNT_FILE}`,
  ),
  demo_is_fixed: refused('invalid_field', () => 'The built-in demo has no address and no key.'),
  no_own_key: refused('not_found', () => 'You have no key of your own for this provider.'),
  own_key_outdated: refused(
    'invalid_field',
    () => 'The provider has moved to another server since this key was entered: enter it again.',
  ),
  own_key_missing: refused('invalid_field', () => 'Enter the key.'),
  // models
  no_such_model: refused('not_found', () => 'There is no such model.'),
  no_such_local_model: refused('not_found', () => 'There is no such local model.'),
  cloud_title_taken: refused(
    'conflict',
    ({ title }: { title: string }) => `There is already a cloud model named "${title}".`,
  ),
  title_just_taken: refused('conflict', () => 'Another model has just taken a title.'),
  title_is_alias: refused(
    'conflict',
    ({ title }: { title: string }) => `"${title}" is an alias of a cloud model.`,
  ),
  local_title_taken: refused(
    'conflict',
    ({ title }: { title: string }) => `You already have a local model named "${title}".`,
  ),
  local_title_is_cloud: refused(
    'conflict',
    ({ title }: { title: string }) =>
      `A cloud model is named "${title}". Choose another name, so that calls reach the one you mean.`,
  ),
  too_many_local_models: refused(
    'conflict',
    ({ count }: { count: number }) => `You have ${count} local models, the most a user may have.`,
  ),
  active_model_unfit: refused(
    'invalid_field',
    () => 'This model answers calls without a model. Choose another active model first.',
  ),
  model_sees_nothing: refused('invalid_field', () => 'This model does not accept images.'),
  model_does_not_chat: refused('invalid_field', () => 'This model does not chat.'),
  only_chats_probed: refused('invalid_field', () => 'Only models that chat can be probed.'),
  model_not_asked: refused(
    'invalid_field',
    ({ type, endpoint }: { type: string; endpoint: string }) =>
      `A model of type ${type} cannot be asked a question: call it at ${endpoint}.`,
  ),
  image_not_base64: refused('invalid_image', () => 'The image must be a data URL with base64 content.'),
  tests_per_minute: refused(
    'rate_limit_exceeded',
    ({ count, seconds }: { count: number; seconds: number }) =>
      `At most ${count} tests a minute; try again in ${seconds} s.`,
  ),
  tests_at_once: refused(
    'rate_limit_exceeded',
    ({ count }: { count: number }) => `At most ${count} tests at once; wait for one to end.`,
  ),
  // routing
  upstream_twice: refused('invalid_field', () => 'An upstream is named twice.'),
  upstream_provider_unknown: refused('invalid_field', () => 'One of these providers does not exist.'),
  upstream_missing: refused('invalid_field', () => 'A model needs an upstream.'),
  alias_twice: refused('invalid_field', () => 'An alias is named twice.'),
  alias_just_taken: refused(
    'conflict',
    () => 'One of these names is already the name or an alias of a model.',
  ),
  alias_is_title: refused('conflict', ({ name }: Named) => `"${name}" is a model's name.`),
  alias_taken: refused('conflict', ({ name }: Named) => `"${name}" is an alias of another model.`),
  fallback_twice: refused('invalid_field', () => 'A fallback is named twice.'),
  fallback_is_itself: refused('invalid_field', () => 'A model cannot stand in for itself.'),
  fallback_unknown: refused('invalid_field', () => 'One of these models does not exist.'),
  fallback_of_other_type: refused(
    'invalid_field',
    ({ title }: { title: string }) => `"${title}" is of another type and cannot stand in for this model.`,
  ),
  // the catalogue as a file
  own_upstream_missing: refused(
    'invalid_field',
    ({ model, provider }: { model: string; provider: string }) =>
      `The model's own upstream ("${model}" at "${provider}") must be among its upstreams.`,
  ),
  no_provider_named: refused('invalid_field', ({ name }: Named) => `There is no provider named "${name}".`),
  no_model_named: refused('invalid_field', ({ name }: Named) => `There is no model named "${name}".`),
  base_url_missing: refused(
    'missing_field',
    () => 'baseUrl is missing; only presets have an address of their own.',
  ),
  price_never_billed: refused(
    'invalid_field',
    ({ price, type }: { price: string; type: string }) =>
      `Models of type ${type} are never billed by ${price}. Clear it, or choose another type.`,
  ),
  provider_kind_fixed: refused(
    'invalid_field',
    ({ field, value }: { field: string; value: string }) =>
      `This provider has ${field} ${value === '' ? 'none' : value}, which cannot be changed. Use another name for another provider.`,
  ),
  catalogue_too_long: refused('body_too_large', () => 'The file is longer than 4 MiB.'),
  catalogue_not_yaml: refused('invalid_field', ({ why }: { why: string }) => why),
  catalogue_unknown_key: refused(
    'invalid_field',
    ({ key, allowed }: { key: string; allowed: string }) => `unknown key "${key}". Allowed here: ${allowed}.`,
  ),
  catalogue_name_twice: refused(
    'invalid_field',
    ({ kind }: { kind: string }) => `There is another ${kind} of this name above.`,
  ),
  // input as a whole
  input_too_deep: refused('body_too_deep', () => 'The input is nested too deeply.'),
  field_name_unstorable: refused('invalid_field', ({ why }: { why: string }) => `A field's name ${why}.`),
  // two people at once
  changed_meanwhile: refused(
    'edit_conflict',
    ({ version }: { version: number }) =>
      `This has been changed since it was read; it is at version ${version} now. Read it again, or send that version to overwrite it.`,
  ),
} as const;

const ACCOUNT_FILE =
  'Create a key of the type JSON for the service account in Google Cloud, and paste the whole file.';

const ALLOW_PROBLEMS: Readonly<Record<string, string>> = {
  no_port: 'no port',
  no_host: 'no host',
  port: 'the port must be 1 to 65535 or *',
  brackets: 'an IPv6 address, and nothing else, stands in brackets',
  name: 'neither an address, a block of addresses nor a host name',
  block: 'not a block of addresses',
};

export type RefusalCode = keyof typeof REFUSALS;
type NoParams = Readonly<Record<string, never>>;
type ParamsOf<Code extends RefusalCode> =
  Parameters<(typeof REFUSALS)[Code]['text']> extends [infer Params] ? Params : NoParams;

/** A refusal as an error: code, sentence and, for the panel, the reason as data. */
export function refusal<Code extends RefusalCode>(
  reason: Code,
  params: ParamsOf<Code>,
  options: Omit<AppErrorOptions, 'reason'> = {},
): AppError {
  const { code, text } = REFUSALS[reason];
  // The table says which parameters each text takes; the compiler cannot follow it through the union.
  const message = (text as (params: ParamsOf<Code>) => string)(params);
  const data = params as Readonly<Record<string, string | number>>;
  return new AppError(code, message, { ...options, reason: { code: reason, params: data } });
}
