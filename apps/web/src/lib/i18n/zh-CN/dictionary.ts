import type { Dictionary } from '../dictionary.ts';
import { auth } from './auth.ts';
import { billing } from './billing.ts';
import { bodies } from './bodies.ts';
import { catalogue } from './catalogue.ts';
import { common } from './common.ts';
import { conformance } from './conformance.ts';
import { conflict } from './conflict.ts';
import { connectionTest } from './connection-test.ts';
import { errors } from './errors.ts';
import { keys } from './keys.ts';
import { limits } from './limits.ts';
import { live } from './live.ts';
import { localModels } from './local-models.ts';
import { logExport } from './log-export.ts';
import { logs } from './logs.ts';
import { modelTest } from './model-test.ts';
import { overview } from './overview.ts';
import { ownKeys } from './own-keys.ts';
import { platformSettings } from './platform-settings.ts';
import { playground } from './playground.ts';
import { plaza } from './plaza.ts';
import { prices } from './prices.ts';
import { plugins } from './plugins.ts';
import { providers } from './providers.ts';
import { quick } from './quick.ts';
import { reasons } from './reasons.ts';
import { redeemCodes } from './redeem-codes.ts';
import { reports } from './reports.ts';
import { routing } from './routing.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { stats } from './stats.ts';
import { users } from './users.ts';

export const dictionary = {
  auth,
  billing,
  bodies,
  catalogue,
  common,
  conformance,
  conflict,
  connectionTest,
  errors,
  keys,
  limits,
  live,
  localModels,
  logExport,
  logs,
  modelTest,
  overview,
  ownKeys,
  platformSettings,
  playground,
  plaza,
  prices,
  plugins,
  providers,
  quick,
  reasons,
  redeemCodes,
  reports,
  routing,
  session,
  settings,
  setup,
  stats,
  users,
} satisfies Dictionary;
