import type { IncomingMessage } from 'node:http';
import type { Deps } from '@aigc/core/deps';
import type { Orm } from '@aigc/db/orm';
import type { UserActor } from '@aigc/core/actor';
import type { Logger } from 'pino';
import type { Outbound } from '../outbound/outbound.ts';

/** What the gateway needs of the process it runs in. The composition root hands it over. */
export interface GatewayDeps {
  orm: Orm;
  secrets: Deps['secrets'];
  outbound: Outbound;
  /** Names this process in the holds it takes. */
  instanceId: string;
  log: Logger;
  clientAddress(req: IncomingMessage): string;
  /** The signed-in user of a panel request from the panel's own origin. @throws AppError */
  sessionActor(req: IncomingMessage): Promise<UserActor>;
}
