import type { IncomingMessage } from 'node:http';
import type { UserActor } from '@aigc/core/actor';
import type { CallBooks } from '@aigc/core/calls/call-books';
import type { Snapshot } from '@aigc/core/snapshot/snapshot';
import type { Logger } from 'pino';
import type { Limiter } from '../limits/limiter.ts';
import type { CallMetrics } from '../metrics/call-metrics.ts';
import type { AccessTokens } from '../outbound/access-tokens.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { BodyLog } from './bodies/body-log.ts';
import type { ClaimRegistry } from './idempotency/claim-registry.ts';
import type { HealthRegister } from './routing/health-register.ts';
import type { TokenEstimator } from './tokens/token-estimator.ts';

/** What the gateway needs of the process it runs in. The composition root hands it over. */
export interface GatewayDeps {
  snapshot: Snapshot;
  limiter: Limiter;
  books: CallBooks;
  outbound: Pick<Outbound, 'start'>;
  /** For upstreams that take short-lived tokens. */
  accessTokens: AccessTokens;
  /** What this process knows of the upstreams it has called. */
  health: HealthRegister;
  /** Calls with an `Idempotency-Key`. */
  claims: ClaimRegistry;
  /** Keeps what calls ask and are answered, while an administrator wants it. */
  bodies: Pick<BodyLog, 'open'>;
  /** Counts tokens that no upstream reported. */
  tokens: TokenEstimator;
  metrics: Pick<CallMetrics, 'ended' | 'refused' | 'limited'>;
  log: Logger;
  clientAddress(req: IncomingMessage): string;
  /** The signed-in user of a panel request from the panel's own origin. @throws AppError */
  sessionActor(req: IncomingMessage): Promise<UserActor>;
  /** The account that an organisation's calls are billed to. */
  accountOf(organisationId: string): Promise<string>;
}
