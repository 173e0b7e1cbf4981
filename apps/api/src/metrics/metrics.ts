import type { OnOutboundFailure } from '../outbound/outbound.ts';
import { CallMetrics } from './call-metrics.ts';
import { LabelledCounter } from './labelled-counter.ts';

/** What this process counts from its first moment on. */
export interface Metrics {
  calls: CallMetrics;
  /** By reason and trust. */
  outboundFailures: LabelledCounter;
  onOutboundFailure: OnOutboundFailure;
}

export function createMetrics(): Metrics {
  const outboundFailures = new LabelledCounter();
  return {
    calls: new CallMetrics(),
    outboundFailures,
    onOutboundFailure: ({ reason, trust }) => outboundFailures.add(reason, trust),
  };
}
