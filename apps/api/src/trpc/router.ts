import { accountRouter } from './routers/account.ts';
import { adminAuditRouter } from './routers/admin-audit.ts';
import { adminBillingRouter } from './routers/admin-billing.ts';
import { adminCatalogueRouter } from './routers/admin-catalogue.ts';
import { adminHealthRouter } from './routers/admin-health.ts';
import { adminModelsRouter } from './routers/admin-models.ts';
import { adminPluginsRouter } from './routers/admin-plugins.ts';
import { adminProvidersRouter } from './routers/admin-providers.ts';
import { adminRedeemCodesRouter } from './routers/admin-redeem-codes.ts';
import { adminSettingsRouter } from './routers/admin-settings.ts';
import { adminUsersRouter } from './routers/admin-users.ts';
import { authRouter } from './routers/auth.ts';
import { billingRouter } from './routers/billing.ts';
import { keysRouter } from './routers/keys.ts';
import { localModelsRouter } from './routers/local-models.ts';
import { logsRouter } from './routers/logs.ts';
import { modelsRouter } from './routers/models.ts';
import { ownKeysRouter } from './routers/own-keys.ts';
import { setupRouter } from './routers/setup.ts';
import { statsRouter } from './routers/stats.ts';
import { viewerRouter } from './routers/viewer.ts';
import { router } from './trpc.ts';

/** Every procedure. Clients import its type alone. */
export const appRouter = router({
  viewer: viewerRouter,
  setup: setupRouter,
  auth: authRouter,
  account: accountRouter,
  models: modelsRouter,
  localModels: localModelsRouter,
  keys: keysRouter,
  ownKeys: ownKeysRouter,
  logs: logsRouter,
  stats: statsRouter,
  billing: billingRouter,
  adminProviders: adminProvidersRouter,
  adminPlugins: adminPluginsRouter,
  adminModels: adminModelsRouter,
  adminCatalogue: adminCatalogueRouter,
  adminUsers: adminUsersRouter,
  adminBilling: adminBillingRouter,
  adminRedeemCodes: adminRedeemCodesRouter,
  adminSettings: adminSettingsRouter,
  adminAudit: adminAuditRouter,
  adminHealth: adminHealthRouter,
});

export type AppRouter = typeof appRouter;
