import type OpenAI from 'openai';
import type { Probe, ProbeVerdict } from '@aigc/shared/schemas/conformance';

/** What a probe works with. */
export interface ProbeContext {
  client: OpenAI;
  model: string;
  signal: AbortSignal;
}

/** What a probe found. */
export interface Finding {
  probe: Probe;
  verdict: ProbeVerdict;
  note: string | null;
}

/** Asks a model once and judges what comes back. Failures of the call are thrown. */
export type ProbeRun = (context: ProbeContext) => Promise<Finding[]>;

/** `yes`, or `no` and why. */
export function judge(probe: Probe, isYes: boolean, note: string): Finding {
  return { probe, verdict: isYes ? 'yes' : 'no', note: isYes ? null : note };
}

/** The beginning of what a model said, as a note. */
export function saidInstead(text: string | null | undefined): string {
  const short = (text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 120).toWellFormed();
  return short === '' ? 'It answered no text.' : `It answered: ${short}`;
}
