import { count, listNames, type Names, type Count, type Reason } from './words.ts';

type Provider = { provider: string };
const LOOK_AT_SETTINGS = 'Look at its settings in the panel, and test it there.';
const enterAgain = ({ provider }: Provider): string => `Enter the key of ${provider} again in the panel.`;
const failed = (what: string) => (p: Count & Names) =>
  `${count(p.count, 'call')} of the last day failed because ${what}: ${listNames(p.names)}`;

/** Models, providers, and the ways to them. */
export const UPSTREAMS_FINDINGS = {
  'upstreams.none': { message: () => 'no calls to providers in the last hour' },
  'upstreams.ok': {
    message: (p: Count) => `${count(p.count, 'provider')} answered the calls of the last hour`,
  },
  'upstreams.failing': {
    message: ({ provider, percent }: Provider & { percent: number }) =>
      `${provider} failed ${percent} % of its calls of the last hour`,
    fix: () => 'Look at the failed calls and test the connection; another upstream under Routing stands in.',
  },
  'upstreams.breaker': {
    message: ({ provider, names }: Provider & Names) =>
      `calls are kept away from ${provider} after failures in a row: ${listNames(names)}`,
    fix: () => 'It is tried again by itself. Test the connection to see what is wrong.',
  },
  'models.ok': { message: (p: Count) => `${count(p.count, 'cloud model')} can be called` },
  'models.none': {
    message: () => 'no cloud model is open to the API',
    fix: () => 'Switch API use on for a model in the panel.',
  },
  'models.unpriced': {
    message: ({ names }: Names) => `open to the API but without a price, so refused: ${listNames(names)}`,
    fix: () => 'Set the prices of each in the panel (zero is a price), or switch its API use off.',
  },
  'models.no_provider': {
    message: ({ names }: Names) =>
      `open to the API but no provider that is enabled serves them: ${listNames(names)}`,
    fix: () =>
      'Enable the provider in the panel, use another upstream under Routing, or switch API use of the models off.',
  },
  'models.idle_fallbacks': {
    message: ({ names }: Names) =>
      `named as fallbacks but not callable, so they never stand in: ${listNames(names)}`,
    fix: () =>
      'Set their prices and switch API use on for them in the panel, or choose other fallbacks under Routing.',
  },
  'models.no_active_language': {
    message: () => 'there is no active language model, so such calls without `model` are refused',
    fix: () => 'Choose an active language model in the panel.',
  },
  'models.no_active_vision': {
    message: () => 'there is no active vision model, so such calls without `model` are refused',
    fix: () => 'Choose an active vision model in the panel.',
  },
  'providers.ok': {
    message: (p: Count) => `${count(p.count, 'enabled provider')}, none without the key that it needs`,
  },
  'providers.without_key': {
    message: ({ names }: Names) => `enabled without the key that they need: ${listNames(names)}`,
    fix: () => 'Enter the key of each in the panel, or disable it.',
  },
  'outbound.ok': {
    message: ({ count: entries, loopback }: Count & { loopback: boolean }) =>
      `private addresses allowed by ${entries === 1 ? 'one entry' : `${entries} entries`}, loopback ${loopback ? 'allowed' : 'refused'}`,
  },
  'outbound.unreadable': {
    message: ({ reason }: Reason) => `an allowed address cannot be read and is left out: ${reason}`,
    fix: () => 'Correct or remove the entry in the settings of the panel.',
  },
  'outbound.broad': {
    message: ({ names }: Names) => `allowed addresses open far more than a network: ${listNames(names)}`,
    fix: () => 'Name the host and the port instead, such as 10.1.2.3:8000.',
  },
  'outbound.metadata': {
    message: () =>
      'UPSTREAM_ALLOW_METADATA lets allowed addresses reach the metadata service, which hands out credentials',
    fix: () => 'Remove UPSTREAM_ALLOW_METADATA unless you need it.',
  },
  'outbound.open_loopback': {
    message: ({ host }: { host: string }) =>
      `users may call every port of this machine, while the server is open at ${host}`,
    fix: () => 'Set UPSTREAM_ALLOW_LOOPBACK=false and allow single ports with UPSTREAM_ALLOW.',
  },
  'outbound.refused_provider': {
    message: ({ provider }: Provider) =>
      `the address of the provider ${provider} is private and may not be called`,
    fix: () => 'Give the provider another address: no entry alone allows this one.',
  },
  'outbound.refused_provider_entry': {
    message: ({ provider }: Provider & { entry: string }) =>
      `the address of the provider ${provider} is private and may not be called`,
    fix: ({ entry }: Provider & { entry: string }) =>
      `Add ${entry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`,
  },
  'failures.none': { message: () => 'no calls of the last day failed for a reason to be mended here' },
  'failures.upstream_auth_failed': {
    message: failed('the upstream refused our key'),
    fix: () => 'Enter the key of its provider again in the panel and test the connection.',
  },
  'failures.upstream_unreachable': {
    message: failed('the upstream could not be reached'),
    fix: () => 'Run `npm run cli -- doctor --network`, and check the address of its provider.',
  },
  'failures.upstream_timeout': {
    message: failed('the upstream did not answer in time'),
    fix: () => 'Test the model in the panel; ask its provider if it stays slow.',
  },
  'failures.upstream_bad_response': {
    message: failed('the upstream did not answer as an OpenAI-compatible API'),
    fix: () => 'Check the address of its provider: it usually ends in /v1.',
  },
  'failures.model_not_priced': {
    message: failed('the model has no price'),
    fix: () => 'Set the prices of the model in the panel.',
  },
  'failures.insufficient_quota': {
    message: failed('the balance did not suffice'),
    fix: () => 'Top up with `npm run cli -- user top-up <email> <amount>`.',
  },
  'failures.interrupted': {
    message: failed('the server stopped while calls were running'),
    fix: () => 'Stop it with SIGTERM and give it time to finish; look for a lack of memory if it was killed.',
  },
  'latency.ok': { message: () => 'no model answers slower than usual' },
  'latency.slow': {
    message: (p: { model: string; p50: number; usualP50: number; p95: number; usualP95: number }) =>
      `${p.model} is slow: half of its answers of the last day took ${p.p50} ms or more (before: ${p.usualP50} ms), one in twenty ${p.p95} ms (before: ${p.usualP95} ms)`,
    fix: () =>
      'Test the model in the panel: if the first byte comes late, the upstream is slow; otherwise look at the load of this machine.',
  },
  'network.no_keys': { message: () => 'the keys of providers cannot be read' },
  'network.none': { message: () => 'no provider to connect to' },
  'network.no_url': {
    message: ({ provider }: Provider) => `the address of ${provider} is not a valid URL`,
    fix: ({ provider }: Provider) => `Correct the address of ${provider} in the panel.`,
  },
  'network.not_callable': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} cannot be called. ${reason}`,
    fix: () => LOOK_AT_SETTINGS,
  },
  'network.no_credential': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} takes no call. ${reason}`,
    fix: () => LOOK_AT_SETTINGS,
  },
  'network.unreachable': {
    message: ({ provider, reason }: Provider & Reason) => `${provider} cannot be reached. ${reason}`,
    fix: ({ provider }: Provider & Reason) =>
      `Check the address of ${provider} in the panel, and that this machine may connect to it.`,
  },
  'network.not_allowed': {
    message: ({ provider, reason }: Provider & Reason & { entry: string }) =>
      `${provider} cannot be reached. ${reason}`,
    fix: ({ entry }: Provider & Reason & { entry: string }) =>
      `Add ${entry} to the allowed addresses in the panel, or to UPSTREAM_ALLOW.`,
  },
  'network.key_refused': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} refuses our key (HTTP ${status})`,
    fix: enterAgain,
  },
  'network.key_wanted': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} wants a key (HTTP ${status})`,
    fix: enterAgain,
  },
  'network.busy': {
    message: ({ provider, status }: Provider & { status: number }) => `${provider} answers HTTP ${status}`,
    fix: () => 'Try again later, and look at its status page.',
  },
  'network.no_list': {
    message: ({ provider, status }: Provider & { status: number }) =>
      `${provider} answers, but lists no models (HTTP ${status})`,
  },
  'network.ok_key': { message: ({ provider }: Provider) => `${provider} answers and takes our key` },
  'network.ok': { message: ({ provider }: Provider) => `${provider} answers` },
} as const;
