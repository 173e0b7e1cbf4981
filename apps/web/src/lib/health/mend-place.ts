/** Where what a check found is mended: a page of the panel, a document of the repository, or both. */
export interface MendPlace {
  href?: string;
  runbook?: string;
}

const RUNBOOKS = 'docs/runbooks/';

/** By the part of a code before its dot; whole codes win. */
const PLACES: Readonly<Record<string, MendPlace>> = {
  processes: { runbook: `${RUNBOOKS}start-stop-crash.md` },
  snapshot: { runbook: `${RUNBOOKS}database-away.md` },
  limits: { runbook: 'docs/reference/configuration.md' },
  plugins: { href: '/admin/providers', runbook: 'docs/guides/provider-plugins.md' },
  node: { runbook: 'docs/guides/deployment.md' },
  disk: { runbook: `${RUNBOOKS}move.md` },
  data_directory: { runbook: `${RUNBOOKS}move.md` },
  database: { runbook: `${RUNBOOKS}database-away.md` },
  migrations: { runbook: `${RUNBOOKS}start-stop-crash.md` },
  clock: { runbook: `${RUNBOOKS}call-log.md` },
  secret_keys: { runbook: `${RUNBOOKS}lost-secret-keys.md` },
  secrets: { href: '/admin/providers', runbook: `${RUNBOOKS}lost-secret-keys.md` },
  administrator: { href: '/admin/users' },
  drain: { runbook: `${RUNBOOKS}database-away.md` },
  'drain.refuses': { runbook: `${RUNBOOKS}journal.md` },
  journals: { runbook: `${RUNBOOKS}journal.md` },
  holds: { runbook: `${RUNBOOKS}start-stop-crash.md` },
  leases: { runbook: `${RUNBOOKS}journal.md` },
  balances: { href: '/admin/users', runbook: 'docs/guides/billing.md' },
  bills: { href: '/logs?scope=all', runbook: 'docs/guides/billing.md' },
  call_log: { runbook: `${RUNBOOKS}call-log.md` },
  log_storage: { runbook: `${RUNBOOKS}call-log.md` },
  jobs: { runbook: `${RUNBOOKS}call-log.md` },
  call_bodies: { href: '/admin/settings', runbook: 'docs/guides/administration.md' },
  redeem_codes: { runbook: 'docs/guides/billing.md' },
  models: { href: '/admin/providers?tab=models' },
  providers: { href: '/admin/providers' },
  upstreams: { href: '/logs?scope=all&status=failed&period=1h', runbook: 'docs/guides/routing.md' },
  network: { href: '/admin/providers' },
  outbound: { href: '/admin/settings' },
  'outbound.refused_provider': { href: '/admin/providers' },
  failures: { href: '/logs?scope=all&status=failed&period=24h' },
  'failures.insufficient_quota': { href: '/admin/users' },
  'failures.model_not_priced': { href: '/admin/providers?tab=models' },
  latency: { href: '/admin/model-test' },
};

export function mendPlace(code: string): MendPlace {
  return PLACES[code] ?? PLACES[code.split('.')[0] ?? ''] ?? {};
}
