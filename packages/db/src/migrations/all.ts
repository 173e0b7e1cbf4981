import { Foundation } from './20261121000000-foundation.ts';
import { JournalAndLeases } from './20261121010000-journal-and-leases.ts';
import { ChangeFeedAndLimits } from './20261121020000-change-feed-and-limits.ts';
import { CallLogPartitions } from './20261121030000-call-log-partitions.ts';
import { IdempotencyClaims } from './20261121040000-idempotency-claims.ts';
import { LighterLedger } from './20261121050000-lighter-ledger.ts';
import { PriceKinds } from './20261121060000-price-kinds.ts';
import { ProviderSettings } from './20261121070000-provider-settings.ts';
import { Routing } from './20261121080000-routing.ts';
import { OwnProviderKeys } from './20261121090000-own-provider-keys.ts';
import { RedeemCodes } from './20261121100000-redeem-codes.ts';
import { CallBodies } from './20261121110000-call-bodies.ts';
import { AuditLogOrder } from './20261121120000-audit-log-order.ts';
import { Versions } from './20261121130000-versions.ts';
import { HourlyFolds } from './20261121140000-hourly-folds.ts';
import { HourCacheWrites } from './20261121150000-hour-cache-writes.ts';
import { AccessFeed } from './20261121160000-access-feed.ts';
import { RoomForUpdates } from './20261121170000-room-for-updates.ts';
import { LogByReason } from './20261121180000-log-by-reason.ts';
import { LogIdsByRange } from './20261121190000-log-ids-by-range.ts';
import { LighterStatistics } from './20261121200000-lighter-statistics.ts';

/** Every migration, oldest first. A released migration never changes: add another. */
export const MIGRATIONS = [
  Foundation,
  JournalAndLeases,
  ChangeFeedAndLimits,
  CallLogPartitions,
  IdempotencyClaims,
  LighterLedger,
  PriceKinds,
  ProviderSettings,
  Routing,
  OwnProviderKeys,
  RedeemCodes,
  CallBodies,
  AuditLogOrder,
  Versions,
  HourlyFolds,
  HourCacheWrites,
  AccessFeed,
  RoomForUpdates,
  LogByReason,
  LogIdsByRange,
  LighterStatistics,
];
