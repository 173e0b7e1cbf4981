import type { Endpoint, ProviderDefinition } from '@aigc/providers/definition';
import type { GatewayDeps } from '../gateway-deps.ts';
import { OutboundError } from '../../outbound/outbound-error.ts';
import { AuthorizedExchange } from '../../outbound/authorized-exchange.ts';
import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from '../../outbound/exchange-handler.ts';
import type { ResolvedModel } from './contexts.ts';

type Answer = NonNullable<ProviderDefinition['answer']>;

/** Sends a request to its upstream, or to the provider that answers in this process. */
export function startExchange(
  { outbound, accessTokens: tokens }: Pick<GatewayDeps, 'outbound' | 'accessTokens'>,
  { definition, target }: ResolvedModel,
  { request, endpoint, handler }: { request: ExchangeRequest; endpoint: Endpoint; handler: ExchangeHandler },
): ActiveExchange {
  const { accessToken: source } = definition;
  if (source !== undefined) {
    const secret = target.apiKey ?? '';
    return new AuthorizedExchange({ outbound, tokens, source, secret, request, handler });
  }
  if (definition.answer === undefined) return outbound.start(request, handler);
  const signal = new AbortController();
  return runInProcess(
    () => definition.answer?.(endpoint, Buffer.concat([...request.body]), signal.signal),
    signal,
    handler,
  );
}

/** The demo's answers, told the way an upstream's are. */
function runInProcess(
  answer: () => ReturnType<Answer> | undefined,
  stop: AbortController,
  handler: ExchangeHandler,
): ActiveExchange {
  let resumed = Promise.withResolvers<void>();
  resumed.resolve();
  const run = async () => {
    await Promise.resolve();
    const given = answer();
    if (given === undefined || stop.signal.aborted) return;
    handler.onHeaders(given.status, given.headers);
    for await (const bytes of given.body) {
      await resumed.promise;
      if (stop.signal.aborted) return;
      handler.onData(bytes);
    }
    if (!stop.signal.aborted) handler.onEnd();
  };
  run().catch((cause: unknown) => {
    if (!stop.signal.aborted) handler.onError(new OutboundError('bad_response', { cause }));
  });
  return {
    // It works on a copy.
    hasReleasedBody: true,
    pause() {
      resumed = Promise.withResolvers();
    },
    resume: () => resumed.resolve(),
    abort() {
      stop.abort();
      resumed.resolve();
    },
  };
}
