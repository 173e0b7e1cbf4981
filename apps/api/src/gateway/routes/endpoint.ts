import type { EntityManager } from '@aigc/db/orm';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Identified } from '../pipeline/contexts.ts';
import type { PendingSettlements } from '../pipeline/settlement.ts';
import type { Http } from '../respond.ts';

/** What an endpoint works with. */
export interface EndpointContext {
  deps: GatewayDeps;
  em: EntityManager;
  pending: PendingSettlements;
  http: Http;
  identified: Identified;
  /** What follows the endpoint's path, decoded: the id in `/models/{id}`. */
  rest: string;
}

/** One endpoint of the OpenAI-compatible API. Failures are thrown as AppError before the answer has begun. */
export interface EndpointRoute {
  method: 'GET' | 'POST';
  /** Path after `/v1/`. */
  path: string;
  /** True if anything may follow the path. */
  hasRest?: boolean;
  handle(context: EndpointContext): Promise<void>;
}

/** Largest JSON body accepted: an image of 20 MiB in base64 and room for text. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;
