import type { HealthFinding } from '@aigc/shared/schemas/health';
import type { HealthWords } from '#lib/health/words.ts';

export type GroupId = keyof HealthWords['groups'];
export type State = HealthFinding['status'];

/** The parts of the page, with the checks that each shows, in order. */
export const GROUPS: readonly { id: GroupId; checks: readonly string[] }[] = [
  { id: 'processes', checks: ['processes', 'snapshot', 'limits', 'node'] },
  { id: 'database', checks: ['database', 'migrations', 'clock', 'disk-space', 'data-directory'] },
  { id: 'settlement', checks: ['drain', 'journals', 'holds'] },
  { id: 'upstreams', checks: ['upstreams', 'failures', 'latency', 'models', 'providers', 'plugins'] },
  { id: 'maintenance', checks: ['jobs', 'log-storage', 'call-bodies'] },
  { id: 'security', checks: ['administrator', 'secret-keys', 'stored-secrets', 'outbound'] },
];

const ORDER: readonly State[] = ['ok', 'skip', 'warn', 'fail'];

/** The worst of them. */
export function worst(findings: readonly HealthFinding[]): State {
  return findings.reduce<State>(
    (state, { status }) => (ORDER.indexOf(status) > ORDER.indexOf(state) ? status : state),
    'ok',
  );
}

/** Those of a group, in the order of its checks. What has no group stands in the last one. */
export function findingsOf(group: GroupId, findings: readonly HealthFinding[]): HealthFinding[] {
  const known = new Set(GROUPS.flatMap(({ checks }) => checks));
  const own = GROUPS.find(({ id }) => id === group)?.checks ?? [];
  const isLast = GROUPS.at(-1)?.id === group;
  return [
    ...own.flatMap((check) => findings.filter(({ name }) => name === check)),
    ...(isLast ? findings.filter(({ name }) => !known.has(name)) : []),
  ];
}
