import type { ModelType } from '@aigc/shared/schemas/models';
import type { RoutingStrategy } from '@aigc/shared/schemas/routing';
import type { Money } from '@aigc/shared/money';
import type { ExtraPrices } from '@aigc/shared/price-kinds';
import type { BudgetPeriod } from '../calls/call-books.ts';

/** What the snapshot reads of each table. */

export interface LimitColumns {
  rpm_limit: number | null;
  tpm_limit: number | null;
  concurrency_limit: number | null;
}

export interface UserRow extends LimitColumns {
  id: string;
  status: string;
  /** Those in use; null: none. */
  own_keys: OwnKeyRow[] | null;
}

/** A user's own key for a provider. */
export interface OwnKeyRow {
  id: number;
  provider_id: number;
  api_key: string;
  origin: string;
}

export interface KeyRow extends LimitColumns {
  id: number;
  status: 'active' | 'disabled';
  user_id: string;
  project_id: string;
  organisation_id: string;
  account_id: string;
  api_key: string;
  previous_api_key: string | null;
  previous_valid_until_ms: number | null;
  expires_at_ms: number | null;
  allowed_models: string[] | null;
  allowed_ips: string[] | null;
  strict_parameters: boolean;
  budget: Money | null;
  budget_period: BudgetPeriod | null;
}

export interface ProviderRow {
  id: number;
  name: string;
  dialect: string;
  base_url: string;
  api_key: string | null;
  status: string;
  /** What the dialect wants to know beside address and key. */
  settings: Record<string, unknown>;
}

/** A further upstream of a cloud model. */
export interface UpstreamRow {
  provider_id: number;
  upstream_model: string;
  priority: number;
  weight: number;
  is_enabled: boolean;
  input_cost: Money | null;
  output_cost: Money | null;
}

export interface ModelRow extends LimitColumns {
  id: number;
  title: string;
  type: ModelType;
  capabilities: string[];
  is_local: boolean;
  user_id: string | null;
  base_url: string | null;
  local_api_key: string | null;
  provider_id: number | null;
  upstream_model: string | null;
  is_api_enabled: boolean;
  context_length: number | null;
  max_output_tokens: number | null;
  input_price: Money | null;
  output_price: Money | null;
  /** Null: none. */
  extra_prices: ExtraPrices | null;
  created_at: Date | string;
  strategy: RoutingStrategy;
  upstream_priority: number;
  upstream_weight: number;
  is_upstream_enabled: boolean;
  upstream_input_cost: Money | null;
  upstream_output_cost: Money | null;
  /** Null: none beside its own provider's; the same of the lists below. */
  upstreams: UpstreamRow[] | null;
  aliases: string[] | null;
  fallback_ids: number[] | null;
}

export interface SettingRow {
  key: string;
  value: unknown;
}

/** Rows of one moment. */
export interface RowSet {
  users: UserRow[];
  providers: ProviderRow[];
  models: ModelRow[];
  keys: KeyRow[];
  settings: SettingRow[];
}
