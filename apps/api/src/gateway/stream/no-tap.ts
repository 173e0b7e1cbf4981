import { NO_USAGE } from '@aigc/core/calls/call';
import type { Tap } from './tap.ts';

/** Of a call whose upstream could not be asked yet. */
export const NO_TAP: Tap = {
  push: () => null,
  end: () => null,
  isDone: false,
  failure: null,
  isFinished: false,
  hasUsage: false,
  hasDelivered: false,
  ttftMs: null,
  usage: () => NO_USAGE,
  ending: () => Buffer.alloc(0),
  failed: () => null,
};
