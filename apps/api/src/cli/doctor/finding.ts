/** `skip`: could not be looked at, because something that another finding names is missing. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check has found, in one line. */
export interface Finding {
  status: FindingStatus;
  message: string;
  /** One line on how to mend it; null: there is nothing to mend. */
  fix: string | null;
}

/** A finding with the name of its check. */
export interface NamedFinding extends Finding {
  name: string;
}

/** Looks at one thing and changes nothing. */
export interface Check<C> {
  name: string;
  run(context: C): Finding | Finding[] | Promise<Finding | Finding[]>;
}

export const ok = (message: string): Finding => ({ status: 'ok', message, fix: null });
export const warn = (message: string, fix: string): Finding => ({ status: 'warn', message, fix });
export const fail = (message: string, fix: string): Finding => ({ status: 'fail', message, fix });
export const skip = (message: string): Finding => ({ status: 'skip', message, fix: null });

const MAX_NAMES = 5;

/** `a, b and 3 more` */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

/** `1 call`, `2 calls` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Runs checks one after the other. One that throws has failed, and the others go on. */
export async function runChecks<C>(checks: readonly Check<C>[], context: C): Promise<NamedFinding[]> {
  const findings: NamedFinding[] = [];
  for (const { name, run } of checks) {
    try {
      const found = await run(context);
      findings.push(...(Array.isArray(found) ? found : [found]).map((finding) => ({ name, ...finding })));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      findings.push({
        name,
        ...fail(`could not be checked: ${reason}`, 'Mend what the reason names, then run doctor again.'),
      });
    }
  }
  return findings;
}
