import type { UpstreamDeps } from '@aigc/core/upstreams/upstream-address';
import { checkLiteralAddress } from '../check-literal-address.ts';
import type { RequestContext } from './context.ts';

/** What the verbs need that save addresses of upstreams. */
export function upstreamDeps({ deps, container }: Pick<RequestContext, 'deps' | 'container'>): UpstreamDeps {
  return { ...deps, checkAddress: checkLiteralAddress(container.outbound) };
}
