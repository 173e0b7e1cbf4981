import { createThrottle, type Throttle } from '@aigc/core/sessions/throttle';
import { newId } from '@aigc/shared/ids';
import { newInternalToken } from '../client-address.ts';
import type { Limiter } from '../limits/limiter.ts';
import { createMemoryLimiter } from '../limits/memory-limiter.ts';
import { createTestLimiter, type TestLimiter } from '../trpc/test-limiter.ts';
import { createLonePeers, type Peers } from './peers.ts';

/** What the processes of one installation have in common. A process on its own has it to itself. */
export interface SharedParts {
  /** Names this process: in its holds, its journal, its lock. */
  instanceId: string;
  /** The panel's server side may reach another worker than its own. */
  internalToken: string;
  limiter: Limiter;
  signInThrottle: Throttle;
  /** Bounds connection and model tests per user. */
  testLimiter: TestLimiter;
  peers: Peers;
}

/** For the only process of an installation, and for one that serves no calls. */
export function createOwnParts(limiter: Limiter = createMemoryLimiter()): SharedParts {
  return {
    instanceId: newId('ins'),
    internalToken: newInternalToken(),
    limiter,
    signInThrottle: createThrottle(),
    testLimiter: createTestLimiter(),
    peers: createLonePeers(),
  };
}
