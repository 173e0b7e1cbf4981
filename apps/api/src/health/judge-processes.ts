import type { HealthStatus } from '@aigc/shared/schemas/health';
import { fail, ok, warn, type Finding, type NamedFinding } from '../checks/finding.ts';
import type { ReadProcesses } from './read-processes.ts';

/** Later than this is felt by streams. */
const BUSY_MS = 100;
/** The drain enters every fraction of a second. */
const BEHIND_MS = 10_000;
/** Half of what is let through. */
const OLD_SHARE = 0.5;
const FAILING_SHARE = 0.1;
/** Fewer say nothing. */
const MIN_CALLS = 5;

export interface Expected {
  workers: number;
  snapshotMaxMs: number;
  settle: 'journal' | 'database';
}

/** What is worth saying of the figures of running processes. */
export function judgeProcesses(
  read: ReadProcesses,
  upstreams: HealthStatus['upstreams'],
  expected: Expected,
): NamedFinding[] {
  return [
    ...named('processes', workers(read, expected.workers)),
    ...named('snapshot', [snapshot(read.snapshotAgeMs, expected.snapshotMaxMs)]),
    ...named('drain', [drain(read, expected.settle)]),
    ...named('upstreams', judgeUpstreams(read, upstreams)),
  ];
}

const named = (name: string, findings: Finding[]): NamedFinding[] =>
  findings.map((finding) => ({ name, ...finding }));

function workers({ processes }: ReadProcesses, wanted: number): Finding[] {
  const findings = processes.flatMap(({ worker, loop_delay_ms: ms, is_draining: isDraining }) => [
    ...(isDraining ? [warn('processes.draining', { worker })] : []),
    ...(ms !== null && ms > BUSY_MS ? [warn('processes.busy', { worker, ms: Math.round(ms) })] : []),
  ]);
  if (processes.length < wanted) {
    findings.push(warn('processes.missing', { running: processes.length, wanted }));
  }
  return findings.length > 0 ? findings : [ok('processes.ok', { count: processes.length })];
}

function snapshot(ms: number, maxMs: number): Finding {
  if (ms > maxMs) return fail('snapshot.old', { ms, maxMs });
  return ms > maxMs * OLD_SHARE ? warn('snapshot.old', { ms, maxMs }) : ok('snapshot.ok', { ms });
}

function drain(read: ReadProcesses, settle: Expected['settle']): Finding {
  if (!read.acceptsCalls) return fail('drain.refuses');
  if (settle === 'database') return ok('drain.direct');
  if (read.oldestUndrainedMs <= BEHIND_MS) return ok('drain.ok');
  const count = read.processes.reduce((sum, { undrained_calls: calls }) => sum + (calls ?? 0), 0);
  return warn('drain.behind', { count, ms: read.oldestUndrainedMs });
}

function judgeUpstreams({ breakers }: ReadProcesses, upstreams: HealthStatus['upstreams']): Finding[] {
  const findings = [...breakers]
    .filter(([, { state }]) => state !== 'closed')
    .map(([provider, { models }]) => warn('upstreams.breaker', { provider, names: models }));
  for (const { provider, calls, failed } of upstreams) {
    if (calls < MIN_CALLS || failed / calls < FAILING_SHARE) continue;
    findings.push(warn('upstreams.failing', { provider, percent: Math.round((failed / calls) * 100) }));
  }
  if (findings.length > 0) return findings;
  const answered = upstreams.filter(({ calls }) => calls > 0).length;
  return [answered === 0 ? ok('upstreams.none') : ok('upstreams.ok', { count: answered })];
}
