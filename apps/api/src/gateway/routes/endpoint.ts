import type { GatewayDeps } from '../gateway-deps.ts';
import type { Identified } from '../pipeline/contexts.ts';
import type { RunningCalls } from '../pipeline/running-calls.ts';
import type { ApiStyle } from '../styles/api-style.ts';

/** What an endpoint works with. */
export interface EndpointContext {
  deps: GatewayDeps;
  running: RunningCalls;
  identified: Identified;
  /** What follows the endpoint's path, decoded: the id in `/models/{id}`. */
  rest: string;
}

/** One endpoint of the OpenAI-compatible API. Failures are thrown as AppError before the answer has begun. */
export interface EndpointRoute {
  /** `ANY`: whatever is asked, it is answered alike. */
  method: 'GET' | 'POST' | 'ANY';
  /** Path after `/v1/`. */
  path: string;
  /** How failures are told; absent: as OpenAI's API tells them. */
  style?: ApiStyle;
  /** Whether the path is meant, what follows it, or both; absent: the path alone. */
  reach?: 'path_and_below' | 'below';
  /** Resolves when the request is answered, or has become a call that answers by itself. */
  handle(context: EndpointContext): Promise<void>;
}

/** Largest JSON body accepted: an image of 20 MiB in base64 and room for text. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;
