import type { Container } from '../container.ts';
import type { ContentContext } from '../checks/check-context.ts';

/** What the checks of the command line work with, of a running server. */
export function serverContext(container: Container): ContentContext {
  const { env, orm, outbound } = container;
  const port = [...container.ownPorts].at(-1) ?? env.port;
  return {
    env,
    orm,
    serverAddress: env.publicUrl?.origin ?? `http://127.0.0.1:${port}`,
    em: () => orm.em.fork(),
    deps: container.deps(),
    policy: outbound.policy,
    now: new Date(),
  };
}
