/** What a process is for, when several machines share one installation. */
export type Role = 'all' | 'gateway' | 'panel' | 'jobs';

const GATEWAY_PATH = /^\/+(?:api\/+)?v1(?:[/?]|$)/;

/**
 * Whether a process in that role answers a request's target. Health, readiness and metrics are answered in every role;
 * the playground, which takes the panel's session, belongs to the panel.
 */
export function isServed(role: Role, target: string): boolean {
  switch (role) {
    case 'all':
      return true;
    case 'gateway':
      return GATEWAY_PATH.test(target);
    case 'panel':
      return !GATEWAY_PATH.test(target);
    case 'jobs':
      return false;
    default:
      return role satisfies never;
  }
}

/** Whether scheduled work is done here. */
export function runsJobs(role: Role): boolean {
  return role === 'all' || role === 'jobs';
}
