import { findBodyFaults } from '@aigc/core/health/find-body-faults';
import type { ContentContext } from './check-context.ts';
import { fail, ok, skip, warn, type Check, type Finding } from './finding.ts';

const MIB = 1024 * 1024;

export const callBodiesCheck: Check<ContentContext> = {
  name: 'call-bodies',
  async run({ deps, now }) {
    if (deps === null) return skip('secrets.not_loaded');
    const { mode, keepDays, bytes, isOverdue, isReadable } = await findBodyFaults(deps, now);
    const findings: Finding[] = [];
    if (isReadable === false) findings.push(fail('call_bodies.unreadable'));
    if (isOverdue) findings.push(warn('call_bodies.overdue'));
    if (findings.length > 0) return findings;
    if (mode === 'off') return ok('call_bodies.off');
    return ok('call_bodies.kept', { mode, days: keepDays, mebibytes: Math.ceil(bytes / MIB) });
  },
};
