import { Account, Hold, LedgerEntry } from './account.ts';
import { ApiCallLog } from './api-call-log.ts';
import { AuditEntry } from './audit-entry.ts';
import { CallBodies } from './call-bodies.ts';
import { CallRollup } from './call-rollup.ts';
import { Change } from './change.ts';
import { IdempotencyClaim } from './idempotency-claim.ts';
import { Instance, JournalPosition, QuarantinedSettlement } from './journal.ts';
import { JobRun } from './job-run.ts';
import { BudgetLease, KeyBudget, Lease } from './lease.ts';
import { Model } from './model.ts';
import { ModelAlias, ModelFallback, ModelUpstream } from './model-route.ts';
import { Membership, Organisation, Project } from './organisation.ts';
import { OwnProviderKey } from './own-provider-key.ts';
import { PlatformApiKey } from './platform-api-key.ts';
import { Provider } from './provider.ts';
import { RedeemBatch, RedeemCode } from './redeem-code.ts';
import { RollupFold, RollupProgress } from './rollup-fold.ts';
import { Session } from './session.ts';
import { Setting } from './setting.ts';
import { User } from './user.ts';

/** Every entity, in the order their tables depend on one another. */
export const ENTITIES = [
  User,
  Session,
  Organisation,
  Membership,
  Project,
  Account,
  LedgerEntry,
  RedeemBatch,
  RedeemCode,
  Hold,
  Provider,
  Model,
  OwnProviderKey,
  ModelUpstream,
  ModelAlias,
  ModelFallback,
  PlatformApiKey,
  ApiCallLog,
  CallBodies,
  CallRollup,
  RollupFold,
  RollupProgress,
  JobRun,
  Setting,
  AuditEntry,
  Change,
  IdempotencyClaim,
  JournalPosition,
  Lease,
  KeyBudget,
  BudgetLease,
  QuarantinedSettlement,
  Instance,
];
