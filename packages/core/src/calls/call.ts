import type { CallAttempt } from '@aigc/shared/schemas/routing';
import type { Money } from '@aigc/shared/money';
import type { ExtraPrices } from '@aigc/shared/price-kinds';
import type { UsageDetails } from '@aigc/shared/usage-details';

/** The prices a call is billed at, copied from the model when the call begins. Per million tokens. */
export interface PriceSnapshot {
  inputPrice: Money;
  outputPrice: Money;
  /** Other prices that are set; absent: none, as of most models. Some are not per million tokens. */
  extras?: ExtraPrices;
}

/** All that is known of a call before the upstream is asked. */
export interface BegunCall {
  requestId: string;
  userId: string;
  organisationId: string;
  projectId: string;
  /** Null: from the playground. */
  apiKeyId: number | null;
  /** Null: the call was refused before its model was found. */
  modelId: number | null;
  modelName: string;
  /** The provider's name; null for local models. */
  provider: string | null;
  endpoint: string;
  source: 'api' | 'playground';
  isLocal: boolean;
  isStream: boolean;
  /** The upstream is called with the user's own key, and nothing is billed; absent: it is not. */
  isOwnKey?: boolean | undefined;
  /** Null for local models and calls with an own key. */
  price: PriceSnapshot | null;
  requestIp: string | null;
  /** ISO 8601. */
  createdAt: string;
}

/** What a call used: tokens as the upstream reported them, or estimated from what passed. */
export interface MeteredUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  /** What was used beside plain tokens; absent where there is nothing to say. */
  details?: UsageDetails;
  /** True: counted by us from the text, because the upstream gave no usage. */
  estimated: boolean;
}

/** Of a call that nothing was delivered of: whoever ends a call with this very object is billed nothing at all. */
export const NO_USAGE: MeteredUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

/** How a call ended. */
export interface CallOutcome {
  status: 'success' | 'failed';
  httpStatus: number;
  errorCode: string | null;
  errorMessage: string | null;
  usage: MeteredUsage;
  bill: Money;
  latencyMs: number | null;
  ttftMs: number | null;
  /** The title of the fallback model that answered. Absent: the model asked for, or none. */
  answeredBy?: string | undefined;
  /** Absent: one attempt, which answered; or none. */
  attempts?: CallAttempt[] | undefined;
}
