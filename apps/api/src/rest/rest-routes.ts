import type { AppRouter } from '../trpc/router.ts';
import type { inferRouterInputs } from '@trpc/server';

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RestRoute {
  method: RestMethod;
  /** Names in braces are fields of the procedure's input. */
  path: `/api/${string}`;
  /** Groups operations in the document. */
  tag: string;
  /** What it does, in one line. */
  summary: string;
  description?: string;
}

type Nouns = inferRouterInputs<AppRouter>;
/** A procedure as tRPC names it, e.g. `keys.create`. */
export type ProcedurePath = {
  [Noun in keyof Nouns]: `${Noun}.${keyof Nouns[Noun] & string}`;
}[keyof Nouns];

/** Largest image that a model test takes is sent as base64, so this body may be larger than others. */
export const LARGE_BODY_PROCEDURES: ReadonlySet<string> = new Set<ProcedurePath>(['adminModels.test']);

/**
 * The REST address of each procedure that an outside tool would want. Every other procedure stands in
 * `NOT_IN_REST`, so that none is forgotten.
 */
export const REST_ROUTES: Readonly<Partial<Record<ProcedurePath, RestRoute>>> = {
  'viewer.get': {
    method: 'GET',
    path: '/api/platform/viewer',
    tag: 'Account',
    summary: 'Who is calling, and the platform’s name and currency',
  },
  'account.update': {
    method: 'PUT',
    path: '/api/platform/viewer',
    tag: 'Account',
    summary: 'Change your name, language or theme',
  },
  'keys.list': {
    method: 'GET',
    path: '/api/platform/api-keys',
    tag: 'API keys',
    summary: 'List your API keys, newest first',
  },
  'keys.usage': {
    method: 'GET',
    path: '/api/platform/api-key-usage',
    tag: 'API keys',
    summary: 'How often each of your keys was called, by day',
  },
  'keys.create': {
    method: 'POST',
    path: '/api/platform/api-keys',
    tag: 'API keys',
    summary: 'Create an API key',
    description:
      'The answer holds the whole key in `api_key`. It is shown this once. A key may expire and be bound to models, addresses, rates and a budget. `model` keys call models, `management` keys call the operations of this document.',
  },
  'keys.update': {
    method: 'PUT',
    path: '/api/platform/api-keys/{id}',
    tag: 'API keys',
    summary: 'Rename, disable or enable an API key, or change what it may do',
    description: 'What is left out stays as it is; null removes a bound.',
  },
  'keys.rotate': {
    method: 'POST',
    path: '/api/platform/api-keys/{id}/rotate',
    tag: 'API keys',
    summary: 'Give an API key another text',
    description:
      'Everything else about it stays. The answer holds the new key in `api_key`, this once; the one before works for `grace_seconds` more.',
  },
  'keys.delete': {
    method: 'DELETE',
    path: '/api/platform/api-keys/{id}',
    tag: 'API keys',
    summary: 'Delete an API key',
    description: 'Its calls stay in the log, without the key.',
  },
  'ownKeys.list': {
    method: 'GET',
    path: '/api/platform/own-keys',
    tag: 'Own provider keys',
    summary: 'List the providers and your own keys for them',
    description: 'Keys themselves are never told, only how they end.',
  },
  'ownKeys.save': {
    method: 'PUT',
    path: '/api/platform/own-keys/{provider_id}',
    tag: 'Own provider keys',
    summary: 'Store your own key for a provider, or choose whether your calls use it',
    description:
      'While it is used, your calls of the provider’s models go out with it and are not billed. What is left out stays as it is.',
  },
  'ownKeys.delete': {
    method: 'DELETE',
    path: '/api/platform/own-keys/{provider_id}',
    tag: 'Own provider keys',
    summary: 'Delete your own key for a provider',
    description: 'Your calls of its models are billed again.',
  },
  'models.list': {
    method: 'GET',
    path: '/api/models',
    tag: 'Models',
    summary: 'List the models you see: cloud models and your own local ones',
  },
  'models.get': { method: 'GET', path: '/api/models/{id}', tag: 'Models', summary: 'One model' },
  'models.probe': {
    method: 'POST',
    path: '/api/models/{id}/probes',
    tag: 'Models',
    summary: 'Ask a model for what it can do: tools, JSON schema, vision and more',
    description:
      'A dozen short calls at the provider’s prices; no balance is charged here. Cloud models are for administrators, local ones for their owner. Answers when all have ended; the results stand in `conformance` of the model.',
  },
  'localModels.list': {
    method: 'GET',
    path: '/api/models/local',
    tag: 'Local models',
    summary: 'List your local models',
  },
  'localModels.create': {
    method: 'POST',
    path: '/api/models/local',
    tag: 'Local models',
    summary: 'Add a local model',
    description:
      'Any server that speaks OpenAI’s protocol. `name` is what programs send as `model`; only you can see and call it.',
  },
  'localModels.update': {
    method: 'PUT',
    path: '/api/models/local/{id}',
    tag: 'Local models',
    summary: 'Change a local model',
    description:
      'What is left out stays. An empty `api_key` removes the key. A `base_url` on another server needs the key again.',
  },
  'localModels.delete': {
    method: 'DELETE',
    path: '/api/models/local/{id}',
    tag: 'Local models',
    summary: 'Delete a local model',
  },
  'localModels.test': {
    method: 'POST',
    path: '/api/models/local/test',
    tag: 'Local models',
    summary: 'Test the connection to a local model',
    description:
      'Tests a saved model (`id`), an address before it is saved, or a saved model with changes. Answers when the test has ended; a failed test is an answer with `ok: false`.',
  },
  'logs.list': {
    method: 'GET',
    path: '/api/platform/call-logs',
    tag: 'Call logs',
    summary: 'List calls, newest first',
    description: 'Pages follow each other by `next_cursor`. `scope=all` is for administrators.',
  },
  'logs.get': {
    method: 'GET',
    path: '/api/platform/call-logs/{id}',
    tag: 'Call logs',
    summary: 'One call with its prices and ledger entries',
  },
  'logs.bodies': {
    method: 'GET',
    path: '/api/platform/call-logs/{id}/bodies',
    tag: 'Call logs',
    summary: 'What a call asked and was answered, as far as it is kept',
    description:
      'Kept only while an administrator has turned it on. Where an administrator reads another person’s, an entry of the audit log says so.',
  },
  'logs.facets': {
    method: 'GET',
    path: '/api/platform/call-log-facets',
    tag: 'Call logs',
    summary: 'Models and keys that occur in the log',
  },
  'stats.get': {
    method: 'GET',
    path: '/api/platform/stats',
    tag: 'Stats',
    summary: 'Calls, tokens and cost of a period, by day, model and key',
  },
  'billing.balance': {
    method: 'GET',
    path: '/api/platform/balance',
    tag: 'Billing',
    summary: 'Your balance',
  },
  'billing.ledger': {
    method: 'GET',
    path: '/api/platform/ledger',
    tag: 'Billing',
    summary: 'Movements of your balance, newest first',
  },
  'billing.redeem': {
    method: 'POST',
    path: '/api/platform/redemptions',
    tag: 'Billing',
    summary: 'Redeem a code: add what it is worth to your balance, once',
    description:
      'Case, dashes and spaces do not matter. After ten failed attempts within a quarter of an hour further ones are refused.',
  },
  'billing.report': {
    method: 'GET',
    path: '/api/platform/report',
    tag: 'Billing',
    summary: 'Calls, tokens and cost between two days, by day, model, key or user, beside the ledger',
    description:
      '`scope=all`, `user_id` and `by=user` are for administrators. `total.cost` is `ledger.charged` and `ledger.uncollected` together, to the last digit; local calls and those with keys of one’s own cost nothing. `/api/platform/report.csv` takes the same parameters and answers every row as a file.',
  },
  'adminProviders.presets': {
    method: 'GET',
    path: '/api/admin/provider-presets',
    tag: 'Administration: providers',
    summary: 'List providers that can be connected with a key alone',
  },
  'adminProviders.dialects': {
    method: 'GET',
    path: '/api/admin/provider-dialects',
    tag: 'Administration: providers',
    summary: 'List the protocols that an upstream may speak, and what each asks for',
  },
  'adminProviders.list': {
    method: 'GET',
    path: '/api/admin/providers',
    tag: 'Administration: providers',
    summary: 'List providers',
  },
  'adminProviders.create': {
    method: 'POST',
    path: '/api/admin/providers',
    tag: 'Administration: providers',
    summary: 'Connect a provider',
  },
  'adminProviders.update': {
    method: 'PUT',
    path: '/api/admin/providers/{id}',
    tag: 'Administration: providers',
    summary: 'Change, disable or enable a provider',
  },
  'adminProviders.delete': {
    method: 'DELETE',
    path: '/api/admin/providers/{id}',
    tag: 'Administration: providers',
    summary: 'Delete a provider and its models',
  },
  'adminProviders.test': {
    method: 'POST',
    path: '/api/admin/providers/test',
    tag: 'Administration: providers',
    summary: 'Test the connection to a provider',
  },
  'adminPlugins.list': {
    method: 'GET',
    path: '/api/admin/plugins',
    tag: 'Administration: providers',
    summary: 'List provider plug-ins, loaded or left out',
    description: 'Counts of faults are those of the process that answers.',
  },
  'adminModels.list': {
    method: 'GET',
    path: '/api/admin/models',
    tag: 'Administration: models',
    summary: 'List cloud models and which of them answer calls without `model`',
  },
  'adminModels.create': {
    method: 'POST',
    path: '/api/admin/models',
    tag: 'Administration: models',
    summary: 'Add a cloud model',
    description:
      'Prices are per million tokens unless their names say otherwise. A model that chats or makes vectors is refused without input and output price, others without any; zero is a price.',
  },
  'adminModels.update': {
    method: 'PUT',
    path: '/api/admin/models/{id}',
    tag: 'Administration: models',
    summary: 'Change a cloud model: prices, API use, limits',
  },
  'adminModels.delete': {
    method: 'DELETE',
    path: '/api/admin/models/{id}',
    tag: 'Administration: models',
    summary: 'Delete a cloud model',
  },
  'adminModels.routing': {
    method: 'GET',
    path: '/api/admin/models/{id}/routing',
    tag: 'Administration: models',
    summary: "Read a model's upstreams, aliases and fallbacks, and what is known of each upstream",
    description: 'Breakers and latencies are those of the process that answers: each has its own.',
  },
  'adminModels.setRouting': {
    method: 'PUT',
    path: '/api/admin/models/{id}/routing',
    tag: 'Administration: models',
    summary: "Set a model's upstreams, strategy, aliases and fallbacks",
    description: 'What is left out stays; a list that is given is the whole list.',
  },
  'adminModels.checkUpstreams': {
    method: 'POST',
    path: '/api/admin/models/{id}/routing/check',
    tag: 'Administration: models',
    summary: "Check a model's upstreams",
    description:
      'Asks each for its list of models, which is free; with `is_paid` it calls the model once, which may cost.',
  },
  'adminModels.setActive': {
    method: 'PUT',
    path: '/api/admin/active-models',
    tag: 'Administration: models',
    summary: 'Choose the model that answers calls without `model`',
  },
  'adminModels.test': {
    method: 'POST',
    path: '/api/admin/models/{id}/test',
    tag: 'Administration: models',
    summary: 'Ask a model a question, with an image if it takes one',
    description: 'Answers when the model has answered; nothing is billed.',
  },
  'adminCatalogue.export': {
    method: 'GET',
    path: '/api/admin/catalogue',
    tag: 'Administration: models',
    summary: 'Providers and models as a YAML file, without keys',
  },
  'adminCatalogue.plan': {
    method: 'POST',
    path: '/api/admin/catalogue/plan',
    tag: 'Administration: models',
    summary: 'What an import of a YAML file would change, and what is wrong with it',
    description: 'Changes nothing.',
  },
  'adminCatalogue.import': {
    method: 'POST',
    path: '/api/admin/catalogue',
    tag: 'Administration: models',
    summary: 'Add the providers and models of a YAML file; with `replace`, overwrite those that are there',
    description:
      'All of it or, if anything is wrong with the file, nothing: then `faults` says what, with line and column. Nothing is ever removed. Keys are read from the environment variables of the server that the file names.',
  },
  'adminUsers.list': {
    method: 'GET',
    path: '/api/admin/users',
    tag: 'Administration: users',
    summary: 'List users with their balances, newest first',
  },
  'adminUsers.create': {
    method: 'POST',
    path: '/api/admin/users',
    tag: 'Administration: users',
    summary: 'Create a user',
  },
  'adminUsers.update': {
    method: 'PUT',
    path: '/api/admin/users/{id}',
    tag: 'Administration: users',
    summary: 'Rename a user, change their role or limits, deactivate or activate them',
  },
  'adminUsers.resetPassword': {
    method: 'PUT',
    path: '/api/admin/users/{id}/password',
    tag: 'Administration: users',
    summary: 'Give a user another password and end their sessions',
  },
  'adminUsers.endSessions': {
    method: 'DELETE',
    path: '/api/admin/users/{id}/sessions',
    tag: 'Administration: users',
    summary: 'Sign a user out everywhere',
    description: 'Their keys go on working.',
  },
  'adminBilling.topUp': {
    method: 'POST',
    path: '/api/admin/users/{user_id}/top-ups',
    tag: 'Administration: users',
    summary: 'Add to a user’s balance',
  },
  'adminRedeemCodes.list': {
    method: 'GET',
    path: '/api/admin/redeem-codes',
    tag: 'Administration: redeem codes',
    summary: 'List redeem codes, newest first, and how many there are of each status',
    description: 'Codes themselves are never told, only how they begin.',
  },
  'adminRedeemCodes.create': {
    method: 'POST',
    path: '/api/admin/redeem-codes',
    tag: 'Administration: redeem codes',
    summary: 'Make a batch of redeem codes',
    description: 'The answer holds the codes in full, this once.',
  },
  'adminRedeemCodes.update': {
    method: 'PUT',
    path: '/api/admin/redeem-codes/{id}',
    tag: 'Administration: redeem codes',
    summary: 'Disable a redeem code, or enable it again',
  },
  'adminRedeemCodes.delete': {
    method: 'DELETE',
    path: '/api/admin/redeem-codes/{id}',
    tag: 'Administration: redeem codes',
    summary: 'Delete a redeem code that nobody has redeemed',
  },
  'adminRedeemCodes.updateBatch': {
    method: 'PUT',
    path: '/api/admin/redeem-batches/{batch_id}',
    tag: 'Administration: redeem codes',
    summary: 'Disable the codes of a batch that nobody has redeemed, or enable them again',
  },
  'adminRedeemCodes.deleteBatch': {
    method: 'DELETE',
    path: '/api/admin/redeem-batches/{batch_id}',
    tag: 'Administration: redeem codes',
    summary: 'Delete the codes of a batch that nobody has redeemed',
  },
  'adminSettings.get': {
    method: 'GET',
    path: '/api/admin/settings',
    tag: 'Administration: settings',
    summary: 'Read the platform’s settings',
  },
  'adminSettings.update': {
    method: 'PUT',
    path: '/api/admin/settings',
    tag: 'Administration: settings',
    summary: 'Change the platform’s settings',
  },
  'adminSettings.retention': {
    method: 'GET',
    path: '/api/admin/settings/retention',
    tag: 'Administration: settings',
    summary: 'What keeping calls for so many days would delete',
    description: 'Changes nothing.',
  },
  'adminHealth.status': {
    method: 'GET',
    path: '/api/admin/health',
    tag: 'Administration: health',
    summary: 'Whether the installation is well: processes, database, journal, jobs, upstreams',
    description: 'Findings that cost more are up to a minute old: see `checked_at`.',
  },
  'adminHealth.check': {
    method: 'POST',
    path: '/api/admin/health/checks',
    tag: 'Administration: health',
    summary: 'Check whether money adds up, or connect to every provider',
    description: 'Changes nothing. `providers` sends each enabled provider its key.',
  },
  'adminAudit.list': {
    method: 'GET',
    path: '/api/admin/audit',
    tag: 'Administration: audit log',
    summary: 'Who changed what, newest first',
    description:
      'Pages follow each other by `next_cursor`. `action` is one action, such as `model.update`, or all of a noun, such as `model`.',
  },
  'adminAudit.get': {
    method: 'GET',
    path: '/api/admin/audit/{id}',
    tag: 'Administration: audit log',
    summary: 'One entry with the fields that it changed',
    description: 'Secrets are never among them: that a key was changed is told, not the key.',
  },
};

/** Procedures without a REST address, and why. */
export const NOT_IN_REST: Readonly<Partial<Record<ProcedurePath, string>>> = {
  'setup.complete': 'needs the one-time token that the browser got',
  'auth.signIn': 'a program has a management key and no session',
  'auth.register': 'is for people',
  'auth.signOut': 'a program has no session',
  'account.changePassword': 'needs a session, whose siblings it ends',
  'account.sessions': 'are of browsers',
  'account.revokeSession': 'are of browsers',
  'account.revokeOtherSessions': 'are of browsers',
  'adminHealth.onStatus': 'a subscription; programs ask for adminHealth.status',
  'logs.onCall': 'a subscription; programs read pages of the log',
};
