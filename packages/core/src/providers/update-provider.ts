import type { Provider as ProviderRow } from '@aigc/db/entities/provider';
import type { ProviderDefinition } from '@aigc/providers/definition';
import { providerDefinition } from '@aigc/providers/registry';
import { refusal } from '@aigc/shared/refusals';
import type { Provider, updateProviderInputSchema } from '@aigc/shared/schemas/providers';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { providerKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireUpstreamAddress, type UpstreamDeps } from '../upstreams/upstream-address.ts';
import { decideKey } from '../upstreams/upstream-key.ts';
import { takeVersion } from '../versions/take-version.ts';
import { countModels } from './count-models.ts';
import { readSecret, requireSettings, type ReadSecret } from './dialect-form.ts';
import { findProvider, providerNameTaken } from './find-provider.ts';
import { auditedProvider, toProvider } from './provider-view.ts';

export type UpdateProviderInput = z.output<typeof updateProviderInputSchema>;

/**
 * Changes a provider. A key left out stays, an empty one is removed; an address on another server needs
 * the key again. Disabled, its models are neither seen nor callable.
 * @throws AppError `not_found`, `edit_conflict`, `conflict` on `name`, `invalid_field` on `base_url`,
 * `api_key` or `settings.<name>`, `address_forbidden`
 */
export async function updateProvider(
  deps: UpstreamDeps,
  actor: Actor,
  input: UpdateProviderInput,
): Promise<Provider> {
  requireAdmin(actor);
  return namingConflicts({ providers_name_unique: providerNameTaken(input.name ?? '') }, () =>
    deps.em.transactional(async (em) => {
      const row = await findProvider(em, input.id);
      row.version = await takeVersion(em, {
        table: 'providers',
        id: row.id,
        given: input.version,
        audited: { targetType: 'provider', targetId: row.id, action: 'provider.update' },
        current: async () => {
          const counts = await countModels(em);
          return toProvider(await em.refreshOrFail(row), counts.get(row.id) ?? 0);
        },
      });
      const before = auditedProvider(row);
      const keyChanged =
        row.preset === 'demo' ? keepDemo(input) : applyConnection(deps, actor, { row, input });
      row.name = input.name ?? row.name;
      row.status = input.status ?? row.status;
      await em.flush();
      const changed = changedFields(before, auditedProvider(row));
      await recordAudit(em, actor, {
        action: 'provider.update',
        targetType: 'provider',
        targetId: row.id,
        before: changed.before,
        after: { ...changed.after, ...(keyChanged ? { api_key_changed: true } : {}) },
      });
      const counts = await countModels(em);
      return toProvider(row, counts.get(row.id) ?? 0);
    }),
  );
}

/** The demo answers inside the process: it has neither address nor key. */
function keepDemo(input: UpdateProviderInput): false {
  const param = input.base_url !== undefined ? 'base_url' : 'api_key';
  if (input.base_url !== undefined || input.api_key !== undefined) {
    throw refusal('demo_is_fixed', {}, { param });
  }
  return false;
}

interface ConnectionChange {
  row: ProviderRow;
  input: UpdateProviderInput;
}

/** Address and key together, because the key is sealed to the address. Returns whether the key is another. */
function applyConnection(deps: UpstreamDeps, actor: Actor, { row, input }: ConnectionChange): boolean {
  const baseUrl = input.base_url ?? row.baseUrl;
  if (input.base_url !== undefined) requireUpstreamAddress(deps, actor, baseUrl);
  const definition = providerDefinition(row.dialect);
  if (input.settings !== undefined) row.settings = requireSettings(definition, input.settings);
  const replacement = replacementOf(row, { definition, baseUrl, input: input.api_key });
  row.baseUrl = baseUrl;
  if (replacement === null) return false;
  const { secret, hint } = replacement;
  row.apiKey =
    secret === null ? null : deps.secrets.seal(secret, providerKeyBinding({ id: row.id, baseUrl }));
  row.apiKeyHint = hint;
  return true;
}

export interface SecretChange {
  definition: ProviderDefinition;
  baseUrl: string;
  /** Undefined: the secret stays as it is. */
  input: string | undefined;
}

/** What takes the saved secret's place; null: nothing does. @throws AppError `invalid_field` on `api_key` */
export function replacementOf(
  row: ProviderRow,
  { definition, baseUrl, input }: SecretChange,
): ReadSecret | null {
  if (input !== undefined) return readSecret(definition, input);
  const hasKey = (row.apiKey ?? null) !== null;
  decideKey({ hasKey, baseUrlBefore: row.baseUrl, baseUrl, input });
  return null;
}
