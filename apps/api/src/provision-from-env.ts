import { provisionAdministrator, provisionApiKey } from '@aigc/core/setup/provision';
import type { Container } from './container.ts';
import { EnvError } from './env.ts';

/** Set-up without a browser. Every start does it; nothing is done twice. @throws EnvError */
export async function provisionFromEnv(
  { env, deps, log }: Container,
  report: (line: string) => void,
): Promise<void> {
  const { initAdmin, initApiKey } = env;
  if (initAdmin !== null && (await provisionAdministrator(deps(), initAdmin))) {
    report(`Made the administrator ${initAdmin.email} (INIT_ADMIN_EMAIL).`);
  }
  if (initApiKey === null) return;
  const outcome = await provisionApiKey(deps(), { key: initApiKey, adminEmail: initAdmin?.email ?? null });
  switch (outcome) {
    case 'created':
      report('Made the key given by INIT_API_KEY.');
      break;
    case 'present':
      break;
    case 'disabled':
    case 'deleted':
      log.warn(`The key given by INIT_API_KEY was ${outcome} in the panel and stays so.`);
      break;
    case 'no_administrator':
      throw new EnvError(
        'INIT_API_KEY needs an administrator: set INIT_ADMIN_EMAIL and INIT_ADMIN_PASSWORD, or set up in the browser first.',
      );
    default:
      outcome satisfies never;
  }
}
