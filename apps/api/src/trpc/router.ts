import { router } from './trpc.ts';
import { adminModelsRouter } from './routers/admin-models.ts';
import { adminProvidersRouter } from './routers/admin-providers.ts';
import { billingRouter } from './routers/billing.ts';
import { keysRouter } from './routers/keys.ts';
import { localModelsRouter } from './routers/local-models.ts';
import { logsRouter } from './routers/logs.ts';
import { modelsRouter } from './routers/models.ts';
import { statsRouter } from './routers/stats.ts';
import { viewerRouter } from './routers/viewer.ts';

/** Every procedure. Clients import its type alone. */
export const appRouter = router({
  viewer: viewerRouter,
  models: modelsRouter,
  localModels: localModelsRouter,
  keys: keysRouter,
  logs: logsRouter,
  stats: statsRouter,
  billing: billingRouter,
  adminProviders: adminProvidersRouter,
  adminModels: adminModelsRouter,
});

export type AppRouter = typeof appRouter;
