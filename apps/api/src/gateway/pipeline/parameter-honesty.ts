import type { ParameterReport } from '@aigc/providers/definition';
import { AppError } from '@aigc/shared/errors';
import type { Reserved } from './contexts.ts';

/** As long as a header may sensibly be; names are the caller's own and may be many. */
const MAX_NAMES = 40;
const MAX_NAME_LENGTH = 60;

/**
 * Puts into the answer's head what became of the request's parameters.
 * @throws AppError `unsupported_parameter` if one is left out and the caller will not have that
 */
export function tellParameters({ reply, caller, model }: Reserved, report: ParameterReport): void {
  reply.parameters = describeParameters(report);
  const [dropped] = report.dropped;
  if (dropped === undefined) return;
  const isStrict = caller.key?.strictParameters === true || asksForStrictness(reply.req.headers);
  if (!isStrict) return;
  const names = report.dropped.slice(0, MAX_NAMES).map(shortName).join(', ');
  throw new AppError(
    'unsupported_parameter',
    `The model "${model.entry.title}" cannot be given: ${names}. Leave it out, or do not ask for strict parameters.`,
    { param: shortName(dropped) },
  );
}

/** `mapped=a, b; dropped=c`; null: there is nothing to tell. Visible ASCII only, whatever the names hold. */
export function describeParameters({ mapped, dropped }: ParameterReport): string | null {
  const parts = [part('mapped', mapped), part('dropped', dropped)].filter((text) => text !== '');
  return parts.length === 0 ? null : parts.join('; ');
}

function part(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, MAX_NAMES).map(headerName);
  const more = names.length - shown.length;
  return `${title}=${[...shown, ...(more > 0 ? [`+${more}`] : [])].join(', ')}`;
}

function headerName(name: string): string {
  return shortName(name).replaceAll(/[^\w.[\]-]/gu, encodeURIComponent);
}

function shortName(name: string): string {
  return name.toWellFormed().slice(0, MAX_NAME_LENGTH).toWellFormed();
}

function asksForStrictness(headers: NodeJS.Dict<string | string[]>): boolean {
  return /^(true|1)$/i.test(String(headers['x-aigc-strict'] ?? '').trim());
}
