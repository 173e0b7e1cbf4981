import type { Limits } from '@aigc/shared/schemas/limits';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

/** What the fields of limits hold, as typed; empty: no limit. */
export interface LimitFields {
  rpm: string;
  tpm: string;
  concurrency: string;
}

const most = 1_000_000_000;

export function initialLimits(saved: Limits | undefined): LimitFields {
  return {
    rpm: saved?.rpm_limit?.toString() ?? '',
    tpm: saved?.tpm_limit?.toString() ?? '',
    concurrency: saved?.concurrency_limit?.toString() ?? '',
  };
}

/** The names on the wire of the fields that hold no limit. */
export function limitFaults(fields: LimitFields): (keyof Limits)[] {
  const input = { rpm_limit: fields.rpm, tpm_limit: fields.tpm, concurrency_limit: fields.concurrency };
  return (Object.keys(input) as (keyof Limits)[]).filter((name) => !isLimit(input[name]));
}

/** A sentence beside each of them. */
export function limitErrors(fields: LimitFields, t: Dictionary): Record<string, string> {
  return Object.fromEntries(limitFaults(fields).map((name) => [name, t.limits.invalid]));
}

/** The limits in words; empty where there are none. */
export function limitWords({ rpm, tpm, concurrency }: LimitFields, t: Dictionary): string {
  const named = [
    [t.limits.rpm, rpm],
    [t.limits.tpm, tpm],
    [t.limits.concurrency, concurrency],
  ] as const;
  return named
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label} ${value}`)
    .join(' · ');
}

export function limitInput(fields: LimitFields): Limits {
  return {
    rpm_limit: toLimit(fields.rpm),
    tpm_limit: toLimit(fields.tpm),
    concurrency_limit: toLimit(fields.concurrency),
  };
}

function isLimit(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || (/^\d{1,10}$/.test(trimmed) && Number(trimmed) >= 1 && Number(trimmed) <= most);
}

function toLimit(text: string): number | null {
  return text.trim() === '' ? null : Number(text.trim());
}
