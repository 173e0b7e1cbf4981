import type { TestEvent } from '@aigc/shared/schemas/connection-test';
import type { Outbound } from '../outbound/outbound.ts';
import { EventChannel } from './event-channel.ts';
import { runTest } from './run-test.ts';
import type { ShapedUpstream } from './shaped-upstream.ts';
import { StepReporter } from './step-reporter.ts';

export interface ConnectionTestOptions {
  baseUrl: string;
  apiKey?: string | undefined;
  /** What speaks another protocol than OpenAI's, or has another credential than a key; absent: neither. */
  upstream?: ShapedUpstream | undefined;
  /** The upstream's id; without one, the likeliest of those that it lists. */
  model?: string | undefined;
  /** `list`: what makes no cheap call is only looked up in the list of the upstream's models. */
  mode: 'chat' | 'vision' | 'embedding' | 'list';
  outbound: Outbound;
  signal: AbortSignal;
  /** For administrators: after a forbidden address, the result names the entry that would allow it. */
  revealAllowEntry?: boolean | undefined;
  /** For the whole test; 30 seconds by default. */
  deadlineMs?: number | undefined;
}

/**
 * Calls an upstream as the gateway would and tells what happens as it happens: resolve, connect, tls (https
 * only), first_byte, valid_answer, streaming, usage, then one result. Lacking streams or usage is a warning.
 * Never throws; leaving the loop ends the test.
 */
export async function* testConnection(
  options: ConnectionTestOptions,
): AsyncGenerator<TestEvent, void, undefined> {
  const channel = new EventChannel<TestEvent>();
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const steps = new StepReporter((step) => channel.push(step));
  const running = runTest({ ...options, signal }, steps).then((result) => {
    channel.push(result);
    channel.close();
  });
  try {
    yield* channel;
  } finally {
    left.abort();
    await running;
  }
}
