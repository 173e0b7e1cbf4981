import { FINDINGS, type FindingCode, type FindingParams } from '@aigc/shared/findings/findings';

/** `skip`: could not be looked at, because something that another finding names is missing. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check has found, in one line. */
export interface Finding {
  status: FindingStatus;
  code: FindingCode;
  /** What the sentences are made of, for those in other languages. */
  params: Readonly<Record<string, string | number | boolean | readonly string[]>>;
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

type Make = <C extends FindingCode>(
  code: C,
  // What takes nothing is called without.
  ...params: keyof FindingParams<C> extends never ? [] : [FindingParams<C>]
) => Finding;

const make =
  (status: FindingStatus): Make =>
  (code, ...[params = {}]) => {
    const { message, fix }: { message: (p: never) => string; fix?: (p: never) => string } = FINDINGS[code];
    return {
      status,
      code,
      params: params as Finding['params'],
      // The parameters are those of this code: the type above says so to whoever calls.
      message: message(params as never),
      fix: fix?.(params as never) ?? null,
    };
  };

export const ok = make('ok');
export const warn = make('warn');
export const fail = make('fail');
export const skip = make('skip');

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
        ...fail('check.failed', { reason }),
      });
    }
  }
  return findings;
}
